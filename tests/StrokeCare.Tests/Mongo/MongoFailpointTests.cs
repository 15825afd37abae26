#if FAILPOINTS
using System.Collections.Concurrent;
using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Accounts;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A crash harness that arms a place nobody passes would prove nothing.</summary>
public sealed class MongoFailpointTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_listed_place_is_passed()
    {
        var store = await watched.StoreAsync();
        var passed = new ConcurrentDictionary<string, int>();
        Failpoint.Passed = name => passed.AddOrUpdate(name, 1, (_, count) => count + 1);
        try
        {
            var patient = APatient().With(mrn: Unique("A"), user: UniqueUser(), details: APatient().Details with { LastName = "Lovelace" });
            await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
            var refused = APatient().With(mrn: patient.Details.Mrn);
            await store.Patients.AddAsync(refused, refused.AsChange(), Ct);
            var next = patient.Next(d => d with { Mrn = Unique("B") }) with { UserId = null };
            await store.Patients.UpdateAsync(next, next.AsChange(), Ct);
            await store.Patients.AddManyAsync([APatient().AsAdded()], Ct);
            await store.Patients.RefuseIdAsync(NewId(), Ct);
            await watched.Database.GetCollection<BsonDocument>("patients").InsertOneAsync(new() { { "archived", false } }, null, Ct);
            await watched.Database.GetCollection<BsonDocument>("medical_history").InsertOneAsync(new() { { "patient_id", NewId().ToString() }, { "diagnosis", "Stroke" } }, null, Ct);
            await store.EnsureIndexesAsync(Ct);
            await PassThroughUsersAsync(store.Users);
            var entry = HistoryBuilder.AnEntry();
            await store.History.AddAsync(entry, entry.AsChange(), Ct);
            await store.History.AmendAsync(entry.Corrected("again"), entry.Corrected("again").AsChange(), Ct);
            var appointment = AppointmentBuilder.AnAppointment();
            var over = AppointmentBuilder.AnAppointment(appointment.DoctorId).Over(appointment);
            await store.Appointments.BookAsync(appointment, appointment.AsChange(), Ct);
            await store.Appointments.BookAsync(over, over.AsChange(), Ct);
            await store.Appointments.UpdateAsync(appointment.Cancelled(), appointment.Cancelled().AsChange(), Ct);
            await store.Changes.ClearAsync(await store.Changes.PendingAsync(10, Ct), Ct);
        }
        finally
        {
            Failpoint.Passed = null;
        }

        Assert.Empty(MongoFailpoints.All.Except(passed.Keys));
        Assert.Equal(MongoFailpoints.All.Count, MongoFailpoints.All.Distinct().Count());
    }

    [Fact]
    public void Every_place_in_the_list_is_named_once_and_every_name_is_in_the_list()
    {
        var names = typeof(MongoFailpoints).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(names.Order(StringComparer.Ordinal), MongoFailpoints.All.Order(StringComparer.Ordinal));
    }

    private static async Task PassThroughUsersAsync(IUserStore users)
    {
        var user = AnAccount();
        var (_, id) = await users.AddAsync(user, added => (user with { Id = added }).AsChange(), Ct);
        var next = (user with { Id = id }).Next(u => u with { FirstName = "Next" });
        await users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct);
        await users.CountAttemptAsync(id, Now, Ct);
        await users.SignedInAsync(id, Now, Ct);
        await users.RemoveReservedAsync("nobody", Ct);
        foreach (var draft in new[] { AnAccount(Role.Admin), AnAccount(Role.Admin) })
        {
            var (_, admin) = await users.AddAsync(draft, added => (draft with { Id = added }).AsChange(), Ct);
            var leaving = (draft with { Id = admin }).Next(a => a with { IsActive = false });
            await users.UpdateAsync(leaving, FailedAttempts.Keep, leaving.AsChange(), Ct);
        }
    }
}
#endif
