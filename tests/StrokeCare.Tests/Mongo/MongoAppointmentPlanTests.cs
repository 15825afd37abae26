using System.Globalization;
using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Tests.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Each query of appointments is asked for its plan.</summary>
public sealed class MongoAppointmentPlanTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Count = 6000;
    private const int Doctors = 10;
    private const int People = 100;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_combination_of_filters_is_one_stretch_of_an_index()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        foreach (var filter in Combinations())
        {
            var finds = await watched.DuringAsync(() => store.Appointments.ListAsync(filter, Ct), "find");
            Assert.InRange(finds.Count, 1, 2);
            foreach (var find in finds) await watched.AssertCheapAsync(find, $"{filter}: {find}", isOneRange: true);
        }
    }

    [Fact]
    public async Task Looking_for_time_booking_and_moving_read_only_what_is_around()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var first = (ABooking(new(3)) with { When = new(new(2026, 6, 9), new(5, 0)) }).Booked();
        var over = (ABooking(new(3), PersonOf(7)) with { When = new(first.Date, first.Time) }).Booked().Over(first);
        var queries = await watched.DuringAsync(
            async () =>
            {
                Assert.Equal(BookOutcome.Booked, await store.Appointments.BookAsync(first, first.AsChange(), Ct));
                Assert.Equal(BookOutcome.AlreadyExists, await store.Appointments.BookAsync(first, first.AsChange(), Ct));
                Assert.Equal(BookOutcome.Booked, await store.Appointments.BookAsync(over, over.AsChange(), Ct));
                await store.Appointments.OverriddenByAsync(first.Id, Ct);
                await store.RepairSharedTimeAsync(Now, Ct);
                Assert.Equal(UpdateAppointmentOutcome.Updated, await store.Appointments.UpdateAsync(first.Cancelled(), first.Cancelled().AsChange(), Ct));
                await store.Appointments.FindAsync(first.Id, Ct);
                await store.Appointments.BusyAsync(new() { DoctorId = new(3), PatientId = PersonOf(3), From = Start.AddDays(40), To = Start.AddDays(41) }, Ct);
                Assert.NotEmpty(await store.AppointmentChanges.PendingAsync(256, Ct));
                await store.AppointmentChanges.PendingStateAsync(Ct);
            },
            "find", "aggregate");

        Assert.InRange(queries.Count, 20, 40);
        foreach (var query in queries) await watched.AssertCheapAsync(query, query.ToString(), isOneRange: query.GetElement(0).Name == "find");
    }

    [Fact]
    public async Task What_is_to_come_is_found_and_counted_by_its_index()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var now = Start.AddDays(Count / 40);
        var counted = await store.Appointments.CountFutureOfDoctorAsync(new(3), now, Ct);
        Assert.InRange(counted, 50, Count / Doctors);
        var queries = await watched.DuringAsync(
            async () =>
            {
                await store.Appointments.FutureOfDoctorAsync(new(3), now, 20, Ct);
                await store.Appointments.FutureOfPatientAsync(PersonOf(3), now, 20, Ct);
                Assert.True(await store.Appointments.AnyFutureAsync(now, Ct));
                Assert.False(await store.Appointments.AnyFutureAsync(now.AddYears(3), Ct));
            },
            "find");
        foreach (var query in queries) await watched.AssertCheapAsync(query, query.ToString());

        var count = Assert.Single(await watched.DuringAsync(() => store.Appointments.CountFutureOfDoctorAsync(new(3), now, Ct), "aggregate"));
        var plan = await watched.PlanAsync(count);
        Assert.InRange(plan["executionStats"]["totalDocsExamined"].ToInt64(), 0, counted + MongoPlans.Spare);
        Assert.DoesNotContain("COLLSCAN", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
    }

    private static PatientId PersonOf(int i) => new(new(2, (ulong)i));

    private static IEnumerable<AppointmentFilter> Combinations() =>
        from doctor in new UserId?[] { null, new(3) }
        from patient in new PatientId?[] { null, PersonOf(13) }
        from status in new AppointmentStatus?[] { null, AppointmentStatus.Scheduled, AppointmentStatus.NoShow }
        from range in new (int? From, int? To)[] { (null, null), (100, null), (100, 102) }
        from behind in new int?[] { null, 101 }
        from backwards in new[] { false, true }
        select new AppointmentFilter
        {
            DoctorId = doctor,
            PatientId = patient,
            Status = status,
            From = range.From is { } first ? Start.AddDays(first) : null,
            To = range.To is { } last ? Start.AddDays(last) : null,
            Behind = behind is { } day ? new(Start.AddDays(day), new(new(0, Count / 3))) : null,
            Descending = backwards,
            Limit = 51,
        };

    // Twenty a day, at twenty moments of it, of ten doctors and a hundred people; most are over.
    private async Task FillAsync()
    {
        var appointments = watched.Database.GetCollection<BsonDocument>("appointments");
        if (await appointments.EstimatedDocumentCountAsync(cancellationToken: Ct) >= Count) return;
        await appointments.InsertManyAsync(
            Enumerable.Range(0, Count).Select(i => new BsonDocument
            {
                { "_id", new ObjectId(i.ToString("x24", CultureInfo.InvariantCulture)) },
                { "patient_id", PersonOf(i * 7 % People).ToString() },
                { "doctor_id", i % Doctors },
                { "appointment_date", "2026-03-01" },
                { "appointment_time", "08:00" },
                { "time_zone", "UTC" },
                { "starts_at", Start.AddDays(i / 20).AddMinutes(i % 20 * 20).UtcDateTime },
                { "duration_minutes", 20 },
                { "status", (i / 13 % 10) switch { 0 => "no_show", < 4 => "scheduled", < 6 => "cancelled", _ => "completed" } },
                { "version", 1L },
            }), null, Ct);
    }
}
