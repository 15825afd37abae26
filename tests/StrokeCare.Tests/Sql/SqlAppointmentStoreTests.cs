using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Sql;
using StrokeCare.Tests.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Sql;

public sealed class SqliteAppointmentStoreTests(SqliteStoreFixture fixture) : AppointmentStoreContract<SqliteStoreFixture>(fixture);

public sealed class SqliteAppointmentOverrideTests(SqliteStoreFixture fixture) : AppointmentOverrideContract<SqliteStoreFixture>(fixture);

public sealed class SqliteAppointmentListTests(SqliteStoreFixture fixture) : AppointmentListContract<SqliteStoreFixture>(fixture);

public sealed class SqliteAppointmentChangesTests(SqliteStoreFixture fixture) : AppointmentChangesContract<SqliteStoreFixture>(fixture);

public sealed class SqliteAppointmentModelTests(SqliteStoreFixture fixture, ITestOutputHelper output) : AppointmentModelContract<SqliteStoreFixture>(fixture, output);

public sealed class PostgreSqlAppointmentStoreTests(PostgreSqlStoreFixture fixture) : AppointmentStoreContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlAppointmentOverrideTests(PostgreSqlStoreFixture fixture) : AppointmentOverrideContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlAppointmentListTests(PostgreSqlStoreFixture fixture) : AppointmentListContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlAppointmentChangesTests(PostgreSqlStoreFixture fixture) : AppointmentChangesContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlAppointmentModelTests(PostgreSqlStoreFixture fixture, ITestOutputHelper output) : AppointmentModelContract<PostgreSqlStoreFixture>(fixture, output);

#if FAILPOINTS
public sealed class SqlAppointmentFailpointTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_at_any_failpoint_of_appointments_loses_and_doubles_nothing(string engine)
    {
        foreach (var name in SqlFailpoints.OfAppointments)
        {
            var outage = new OneOutage();
            await using var test = await SqlTestStore.NewAsync(engine);
            var first = AnAppointment();
            var over = AnAppointment(first.DoctorId, time: "10:15").Over(first);
            await test.Store.Appointments.BookAsync(first, first.AsChange(), default);
            outage.Arm(name);
            var (booked, cancelled) = (over.AsChange(), first.Cancelled().AsChange());
            await OneOutage.TwiceAsync(() => test.Store.Appointments.BookAsync(over, booked, default));
            await OneOutage.TwiceAsync(() => test.Store.Appointments.UpdateAsync(first.Cancelled(), cancelled, default));
            await test.Relay().DrainAsync(default);

            Assert.False(outage.IsArmed, $"{name} was never passed");
            var stored = await test.Store.Appointments.ListAsync(new() { DoctorId = first.DoctorId, Limit = 10 }, default);
            Assert.Equal([first.Cancelled().AsText(), over.AsText()], stored.Select(one => one.AsText()));
            OwnedTimes.AssertKept([over], await SqlStoreFixture.OwnedCellsAsync(test));
            Assert.Equal([(first.Id, 1L), (over.Id, 1L), (first.Id, 2L)], (await test.Store.Log.ReadAfterAsync(0, 10, default)).Select(row => (IdOf(row.EntityId), row.EntityVersion!.Value)));
        }
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_at_its_commit_is_answered_as_done()
    {
        var outage = new OneOutage();
        await using var test = await SqlTestStore.NewAsync("postgresql");
        var appointment = AnAppointment();
        foreach (var next in new[] { appointment.Moved("12:00"), appointment.Moved("12:00").Cancelled() })
        {
            outage.Arm(SqlFailpoints.WriterAfterCommit);
            if (next.Version == 2) Assert.Equal(BookOutcome.Booked, await test.Store.Appointments.BookAsync(appointment, appointment.AsChange(), default));
            Assert.Equal(UpdateAppointmentOutcome.Updated, await test.Store.Appointments.UpdateAsync(next, next.AsChange(), default));
            Assert.False(outage.IsArmed);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_at_any_failpoint_of_working_hours_loses_and_doubles_nothing(string engine)
    {
        foreach (var name in SqlFailpoints.OfHours)
        {
            var outage = new OneOutage();
            await using var test = await SqlTestStore.NewAsync(engine);
            var hours = DoctorHoursStoreTests.SomeHours();
            var change = DoctorHoursStoreTests.AChange(hours);
            outage.Arm(name);
            await OneOutage.TwiceAsync(() => test.Store.DoctorHours.UpdateAsync(hours, change, default));

            Assert.False(outage.IsArmed, $"{name} was never passed");
            Assert.Equal(1, (await test.Store.DoctorHours.FindAsync(hours.DoctorId, default)).Version);
            Assert.Equal(change.ChangeId, Assert.Single(await test.Store.Log.ReadAfterAsync(0, 10, default)).ChangeId);
        }
    }

    private static AppointmentId IdOf(string? text) => new(ClinicalId.Parse(text!));
}
#endif
