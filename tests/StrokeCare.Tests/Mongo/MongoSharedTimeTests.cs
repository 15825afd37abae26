#if FAILPOINTS
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>What is not one step here: time is let go of, and then claimed by those that share it.</summary>
public sealed class MongoSharedTimeTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>, IAsyncLifetime
{
    private IAppointmentStore appointments = null!;
    private IChangeSource changes = null!;
    private Func<DateTimeOffset, Task<int>> repairAsync = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Documents => watched.Database.GetCollection<BsonDocument>("appointments");

    public async ValueTask InitializeAsync()
    {
        var store = await watched.StoreAsync();
        (appointments, changes, repairAsync) = (store.Appointments, store.AppointmentChanges, now => store.RepairSharedTimeAsync(now, Ct));
        // What the test before has left.
        await repairAsync(Now);
    }

    public ValueTask DisposeAsync()
    {
        (Failpoint.Passed, watched.Sending) = (null, null);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_outage_between_letting_go_and_claiming_is_answered_as_done_and_healed_by_the_recovery()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));
        new OneOutage().Arm(MongoFailpoints.AppointmentClaimBefore);

        Assert.Equal(UpdateAppointmentOutcome.Updated, await UpdateAsync(first.Cancelled()));

        Failpoint.Passed = null;
        Assert.DoesNotContain(await OwnedAsync(), cell => cell.Owner == over.Id && cell.Doctor is not null);
        // An outage during the recovery is one that its loop knows, and goes on after.
        new OneOutage().Arm(MongoFailpoints.AppointmentClaimBefore);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => repairAsync(Now));
        Failpoint.Passed = null;
        Assert.Equal(1, await repairAsync(Now));
        OwnedTimes.AssertKept([over], [.. (await OwnedAsync()).Where(cell => cell.Owner == over.Id)]);
        Assert.Equal(over.AsText(), (await appointments.FindAsync(over.Id, Ct))!.AsText());
        Assert.Equal(0, await repairAsync(Now));
    }

    [Fact]
    public async Task Until_the_recovery_has_come_nobody_else_gets_the_time()
    {
        var first = await BookedAsync(AnAppointment());
        await BookedAsync(AnAppointment(first.DoctorId).Over(first));
        new OneOutage().Arm(MongoFailpoints.AppointmentClaimBefore);
        await UpdateAsync(first.Cancelled());
        Failpoint.Passed = null;

        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(first.DoctorId)));
    }

    [Fact]
    public async Task The_recovery_leaves_what_is_over_and_what_is_still_shared_as_it_is()
    {
        var first = await BookedAsync(AnAppointment());
        await BookedAsync(AnAppointment(first.DoctorId).Over(first));

        Assert.Equal(0, await repairAsync(Now));
        new OneOutage().Arm(MongoFailpoints.AppointmentClaimBefore);
        await UpdateAsync(first.Cancelled());
        Failpoint.Passed = null;
        Assert.Equal(0, await repairAsync(first.EndsAt + AppointmentRules.Longest));
        Assert.Equal(1, await repairAsync(first.StartsAt));
    }

    [Fact]
    public async Task Who_is_let_go_of_while_an_override_is_on_its_way_leaves_it_the_time()
    {
        var first = await BookedAsync(AnAppointment());
        var over = AnAppointment(first.DoctorId).Over(first);
        Between("insert", () => LetGo(first));

        await BookedAsync(over);

        OwnedTimes.AssertKept([over], [.. (await OwnedAsync()).Where(cell => cell.Owner == over.Id)]);
    }

    [Fact]
    public async Task An_override_names_who_came_in_between_as_a_change_of_its_own()
    {
        var first = await BookedAsync(AnAppointment());
        var over = AnAppointment(first.DoctorId).Over(first);
        var rival = AnAppointment(first.DoctorId, minutes: 10);
        Between("insert", () =>
        {
            LetGo(first);
            Documents.InsertOne(Raw(rival), null, Ct);
        });

        await BookedAsync(over);

        var stored = (await appointments.FindAsync(over.Id, Ct))!;
        Assert.Equal([first.Id, rival.Id], stored.Overrides);
        Assert.Equal((2L, over.OverrideReason), (stored.Version, stored.OverrideReason));
        OwnedTimes.AssertKept([rival, stored], [.. (await OwnedAsync()).Where(cell => cell.Owner == over.Id || cell.Owner == rival.Id)]);
        var logged = (await changes.PendingAsync(1000, Ct)).Where(change => change.EntityId == over.Id.ToString()).ToList();
        Assert.Equal([1L, 2L], logged.Select(change => change.EntityVersion!.Value));
        Assert.Equal((AuditAction.AppointmentOverridden, AuditSeverity.Medium), (logged[1].Action, logged[1].Severity));
        Assert.Contains(rival.Id.ToString(), logged[1].AdditionalData, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_that_was_taken_between_the_look_and_the_insert_is_refused()
    {
        var wanted = AnAppointment();
        Between("insert", () => Documents.InsertOne(Raw(AnAppointment(wanted.DoctorId)), null, Ct));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(wanted));

        var moving = await BookedAsync(AnAppointment());
        Between("update", () => Documents.InsertOne(Raw(AnAppointment(patient: moving.PatientId, time: "12:15")), null, Ct));
        Assert.Equal(UpdateAppointmentOutcome.PatientTaken, await UpdateAsync(moving.Moved("12:00")));
        Assert.Equal(moving.AsText(), (await appointments.FindAsync(moving.Id, Ct))!.AsText());
    }

    [Fact]
    public async Task Time_that_was_let_go_of_between_the_look_and_the_insert_is_had_in_the_end()
    {
        var wanted = AnAppointment();
        var rival = AnAppointment(wanted.DoctorId);
        var inserts = 0;
        watched.Sending = command =>
        {
            if (command.GetElement(0).Name == "insert" && command["documents"][0]["_id"].AsObjectId.ToString() == wanted.Id.ToString() && ++inserts == 1) Documents.InsertOne(Raw(rival), null, Ct);
            // The look after the refusal finds nobody any more.
            if (command.GetElement(0).Name == "find" && inserts == 1) Documents.DeleteOne(new BsonDocument("_id", new ObjectId(rival.Id.ToString())), Ct);
        };

        Assert.Equal(BookOutcome.Booked, await BookAsync(wanted));
        Assert.Equal(2, inserts);
    }

    [Fact]
    public async Task An_outage_at_any_failpoint_loses_and_doubles_nothing()
    {
        foreach (var name in MongoFailpoints.All.Where(name => name.StartsWith("mongo.appointment", StringComparison.Ordinal)))
        {
            var outage = new OneOutage();
            var first = await BookedAsync(AnAppointment());
            var over = AnAppointment(first.DoctorId, time: "10:15").Over(first);
            var (booked, cancelled) = (over.AsChange(), first.Cancelled().AsChange());
            outage.Arm(name);
            await OneOutage.TwiceAsync(() => appointments.BookAsync(over, booked, Ct));
            await OneOutage.TwiceAsync(() => appointments.UpdateAsync(first.Cancelled(), cancelled, Ct));
            await repairAsync(Now);

            Assert.False(outage.IsArmed, $"{name} was never passed");
            var stored = await appointments.ListAsync(new() { DoctorId = first.DoctorId, Limit = 10 }, Ct);
            Assert.Equal([first.Cancelled().AsText(), over.AsText()], stored.Select(one => one.AsText()));
            OwnedTimes.AssertKept([over], [.. (await OwnedAsync()).Where(cell => cell.Owner == first.Id || cell.Owner == over.Id)]);
            var logged = (await changes.PendingAsync(1000, Ct)).ToLookup(change => change.EntityId!, change => change.EntityVersion!.Value);
            Assert.Equal([1L, 2L], logged[first.Id.ToString()]);
            Assert.Equal([1L], logged[over.Id.ToString()]);
        }
    }

    // Just before the store's next command of this kind goes out.
    private void Between(string command, Action happens)
    {
        watched.Sending = sent =>
        {
            if (sent.GetElement(0).Name != command) return;
            watched.Sending = null;
            happens();
        };
    }

    private void LetGo(Appointment appointment) => Documents.UpdateOne(
        new BsonDocument("_id", new ObjectId(appointment.Id.ToString())),
        new BsonDocument { { "$set", new BsonDocument("status", "cancelled") }, { "$unset", new BsonDocument { { "cells", 1 }, { "patient_cells", 1 } } } },
        null, Ct);

    private static BsonDocument Raw(Appointment appointment) => StrokeCare.Mongo.Appointments.AppointmentDocument.New(
        appointment, StrokeCare.Mongo.Appointments.OwnedTime.Of(appointment, []), appointment.AsChange(), new(ObjectId.GenerateNewId(), Now));

    private Task<BookOutcome> BookAsync(Appointment appointment) => appointments.BookAsync(appointment, appointment.AsChange(), Ct);

    private Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next) => appointments.UpdateAsync(next, next.AsChange(), Ct);

    private async Task<Appointment> BookedAsync(Appointment appointment)
    {
        Assert.Equal(BookOutcome.Booked, await BookAsync(appointment));
        return appointment;
    }

    private Task<IReadOnlyList<Patients.OwnedCell>> OwnedAsync() => MongoStores.OwnedCellsAsync(watched.Database);
}
#endif
