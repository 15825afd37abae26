using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Documents are the seed's with ours beside them, and what others wrote there survives.</summary>
public sealed class MongoAppointmentDocumentTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Documents => watched.Database.GetCollection<BsonDocument>("appointments");

    [Fact]
    public async Task Writes_the_seeds_fields_in_the_seeds_types()
    {
        var appointment = await BookedAsync(AnAppointment());

        var stored = await DocumentAsync(appointment.Id);

        Assert.Equal(appointment.Id.ToString(), stored["_id"].AsObjectId.ToString());
        Assert.Equal((appointment.PatientId.ToString(), appointment.DoctorId.Value), (stored["patient_id"].AsString, stored["doctor_id"].AsInt32));
        Assert.Equal(("2026-02-10", "10:00", "Europe/London"), (stored["appointment_date"].AsString, stored["appointment_time"].AsString, stored["time_zone"].AsString));
        Assert.Equal(("routine", "scheduled"), (stored["urgency"].AsString, stored["status"].AsString));
        Assert.Equal([BsonType.DateTime, BsonType.DateTime, BsonType.DateTime], new[] { "starts_at", "created_at", "updated_at" }.Select(name => stored[name].BsonType));
        Assert.Equal(appointment.Cells, stored["cells"].AsBsonArray.Select(cell => cell.AsInt32));
        Assert.Equal(1L, stored["version"]);
        Assert.True(stored.Contains("pending_since"));
        Assert.Empty(stored.Names.Intersect(["cancel_reason", "overrides", "override_reason", "shares_time"]));
    }

    [Fact]
    public async Task Has_no_cells_at_all_once_it_is_final()
    {
        var appointment = await BookedAsync(AnAppointment());
        await UpdatedAsync(appointment.Cancelled());

        Assert.Empty((await DocumentAsync(appointment.Id)).Names.Intersect(["cells", "patient_cells", "shares_time"]));
    }

    [Fact]
    public async Task Marks_what_shares_time_of_others_until_it_does_no_longer()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));

        var stored = await DocumentAsync(over.Id);
        Assert.Equal([first.Id.ToString()], stored["overrides"].AsBsonArray.Select(id => id.AsObjectId.ToString()));
        Assert.Equal((true, false, true), (stored["shares_time"].AsBoolean, stored.Contains("cells"), stored.Contains("patient_cells")));
        await UpdatedAsync(first.Cancelled());
        Assert.Equal((false, true), ((await DocumentAsync(over.Id)).Contains("shares_time"), (await DocumentAsync(over.Id)).Contains("cells")));
    }

    [Fact]
    public async Task Changes_what_was_adopted_and_leaves_alone_what_it_does_not_know()
    {
        var store = await watched.StoreAsync();
        var adopted = AnAppointment() with { Version = 0, TimeZone = "America/New_York" };
        await Documents.InsertOneAsync(
            new BsonDocument
            {
                { "_id", new ObjectId(adopted.Id.ToString()) }, { "patient_id", adopted.PatientId.ToString() }, { "doctor_id", adopted.DoctorId.Value },
                { "appointment_date", "2026-02-10" }, { "appointment_time", "10:00" }, { "time_zone", "America/New_York" }, { "starts_at", adopted.StartsAt.UtcDateTime },
                { "reason", "Follow-up" }, { "urgency", "Routine" }, { "status", "scheduled" }, { "room", "7b" },
                { "cells", new BsonArray(adopted.Cells) }, { "patient_cells", new BsonArray(adopted.Cells) },
            }, null, Ct);

        var read = (await store.Appointments.FindAsync(adopted.Id, Ct))!;
        Assert.Equal((0L, AppointmentStatus.Scheduled, Urgency.Routine, 30, "Follow-up"), (read.Version, read.Status, read.Urgency, read.DurationMinutes, read.Reason));
        var rival = AnAppointment(adopted.DoctorId);
        Assert.Equal(BookOutcome.DoctorTaken, await store.Appointments.BookAsync(rival, rival.AsChange(), Ct));
        Assert.Contains(read.AsText(), (await store.Appointments.ListAsync(new() { DoctorId = adopted.DoctorId, Limit = 10 }, Ct)).Select(one => one.AsText()));
        var moved = await UpdatedAsync(read.Moved("12:00"));

        Assert.Equal((1L, "7b"), (moved.Version, (await DocumentAsync(adopted.Id))["room"].AsString));
        Assert.Equal(moved.AsText(), (await store.Appointments.FindAsync(adopted.Id, Ct))!.AsText());
    }

    [Fact]
    public async Task Does_not_guess_what_an_older_system_meant()
    {
        var store = await watched.StoreAsync();
        var id = NewAppointmentId();
        await Documents.InsertOneAsync(
            new BsonDocument
            {
                { "_id", new ObjectId(id.ToString()) }, { "patient_id", "3" }, { "doctor_id", "2" }, { "appointment_date", "2025-12-10" }, { "appointment_time", "14:30" },
                { "reason", "Follow-up" }, { "urgency", "routine" }, { "status", "scheduled" },
            }, null, Ct);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => store.Appointments.FindAsync(id, Ct));

        Assert.Contains("adopted", refused.Message, StringComparison.Ordinal);
        await Documents.DeleteOneAsync(new BsonDocument("_id", new ObjectId(id.ToString())), Ct);
    }

    [Fact]
    public async Task Takes_no_further_change_while_fifty_wait_for_the_log()
    {
        var store = await watched.StoreAsync();
        var appointment = await BookedAsync(AnAppointment());
        for (var i = 1; i < 50; i++) appointment = await UpdatedAsync(appointment.Moved($"{11 + (i % 3)}:00"));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => UpdatedAsync(appointment.Moved("16:00")));
        while (await store.AppointmentChanges.PendingAsync(100, Ct) is { Count: > 0 } pending) await store.AppointmentChanges.ClearAsync(pending, Ct);
        Assert.Equal(51, (await UpdatedAsync(appointment.Moved("16:00"))).Version);
    }

    [Fact]
    public async Task No_index_lets_one_doctor_or_one_patient_have_the_same_five_minutes_twice()
    {
        await watched.StoreAsync();
        var patient = PatientBuilder.NewId().ToString();
        await Documents.InsertOneAsync(new() { { "doctor_id", 1 }, { "patient_id", patient }, { "cells", new BsonArray { 1, 2 } }, { "patient_cells", new BsonArray { 1, 2 } } }, null, Ct);
        foreach (var rival in new BsonDocument[] { new() { { "doctor_id", 1 }, { "cells", new BsonArray { 2, 3 } } }, new() { { "patient_id", patient }, { "patient_cells", new BsonArray { 2, 3 } } } })
        {
            var refused = await Assert.ThrowsAsync<MongoWriteException>(() => Documents.InsertOneAsync(rival, null, Ct));
            Assert.Equal(ServerErrorCategory.DuplicateKey, refused.WriteError.Category);
        }

        await Documents.InsertOneAsync(new() { { "doctor_id", 1 }, { "patient_id", patient } }, null, Ct);
        await Documents.DeleteManyAsync(new BsonDocument("version", new BsonDocument("$exists", false)), Ct);
    }

    [Fact]
    public async Task Every_write_waits_for_the_journals_of_a_majority_and_none_replaces_a_document()
    {
        await watched.StoreAsync();
        var first = AnAppointment();
        var commands = await watched.DuringAsync(
            async () =>
            {
                await BookedAsync(first);
                await BookedAsync(AnAppointment(first.DoctorId).Over(first));
                await UpdatedAsync(first.Moved("12:00"));
            },
            "insert", "update", "findAndModify");

        Assert.Equal(["insert", "insert", "update", "update"], commands.Select(c => c.GetElement(0).Name).Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.Equal(new BsonDocument { { "w", "majority" }, { "j", true } }, command["writeConcern"]));
        var updates = commands.Where(c => c.Contains("updates")).SelectMany(c => c["updates"].AsBsonArray.Select(u => u["u"].AsBsonDocument));
        Assert.All(updates, update => Assert.All(update.Names, name => Assert.StartsWith("$", name, StringComparison.Ordinal)));
    }

    private async Task<Appointment> BookedAsync(Appointment appointment)
    {
        Assert.Equal(BookOutcome.Booked, await (await watched.StoreAsync()).Appointments.BookAsync(appointment, appointment.AsChange(), Ct));
        return appointment;
    }

    private async Task<Appointment> UpdatedAsync(Appointment next)
    {
        Assert.Equal(UpdateAppointmentOutcome.Updated, await (await watched.StoreAsync()).Appointments.UpdateAsync(next, next.AsChange(), Ct));
        return next;
    }

    private Task<BsonDocument> DocumentAsync(AppointmentId id) => Documents.Find(new BsonDocument("_id", new ObjectId(id.ToString()))).SingleAsync(Ct);
}
