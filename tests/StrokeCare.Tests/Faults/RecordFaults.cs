using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.History;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Faults;

/// <summary>The writes of medical history and of appointments.</summary>
internal static class RecordFaults
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        new("history entry added", EntryAddedAsync),
        new("history entry amended", EntryAmendedAsync),
        new("history's changes cleared", EntryClearedAsync),
        new("appointment booked", BookedAsync),
        new("appointment moved", MovedAsync),
        new("appointment cancelled that another shares its time with", CancelledAsync),
        new("appointment booked over another", BookedOverAsync),
        new("shared time repaired", RepairedAsync) { IsAlone = true },
        new("appointments' changes cleared", AppointmentClearedAsync),
    ];

    private static Task<FaultedWork> EntryAddedAsync(FaultStage stage)
    {
        var entry = HistoryBuilder.AnEntry();
        var change = entry.AsChange();
        return Task.FromResult(new FaultedWork("Added", async () => $"{await stage.Store.History.AddAsync(entry, change, Ct)}", () => HasAsync(stage, entry)) { Repeated = ["AlreadyExists"] });
    }

    private static async Task<FaultedWork> EntryAmendedAsync(FaultStage stage)
    {
        var next = (await WrittenAsync(stage)).Corrected("again");
        var change = next.AsChange();
        return new("Amended", async () => $"{await stage.Store.History.AmendAsync(next, change, Ct)}", () => HasAsync(stage, next)) { Repeated = ["Stale"] };
    }

    private static async Task<FaultedWork> EntryClearedAsync(FaultStage stage) =>
        await stage.ClearingAsync(stage.Store.HistoryChanges, "medical_history", (await WrittenAsync(stage)).Id.ToString());

    private static Task<FaultedWork> BookedAsync(FaultStage stage) => Task.FromResult(Booking(stage, AnAppointment()));

    private static async Task<FaultedWork> MovedAsync(FaultStage stage) => Updating(stage, (await StoredAsync(stage, AnAppointment())).Moved("15:00"));

    private static async Task<FaultedWork> CancelledAsync(FaultStage stage)
    {
        var first = await StoredAsync(stage, AnAppointment());
        await StoredAsync(stage, AnAppointment(first.DoctorId).Over(first));
        return Updating(stage, first.Cancelled());
    }

    private static async Task<FaultedWork> BookedOverAsync(FaultStage stage)
    {
        var first = await StoredAsync(stage, AnAppointment());
        return Booking(stage, AnAppointment(first.DoctorId).Over(first));
    }

    private static async Task<FaultedWork> RepairedAsync(FaultStage stage)
    {
        var first = await StoredAsync(stage, AnAppointment());
        var over = await StoredAsync(stage, AnAppointment(first.DoctorId, minutes: 60).Over(first));
        // As after a booking that died before it claimed the rest of its time.
        await stage.Collection("appointments").UpdateOneAsync(Is(over), Builders<BsonDocument>.Update.Unset("cells"), null, Ct);
        return new("done", async () =>
        {
            await stage.Store.RepairSharedTimeAsync(Now, Ct);
            return "done";
        }, async () => Assert.Equal(6, (await stage.Collection("appointments").Find(Is(over)).SingleAsync(Ct))["cells"].AsBsonArray.Count));
    }

    private static async Task<FaultedWork> AppointmentClearedAsync(FaultStage stage) =>
        await stage.ClearingAsync(stage.Store.AppointmentChanges, "appointments", (await StoredAsync(stage, AnAppointment())).Id.ToString());

    private static FaultedWork Booking(FaultStage stage, Appointment appointment)
    {
        var change = appointment.AsChange();
        return new("Booked", async () => $"{await stage.Store.Appointments.BookAsync(appointment, change, Ct)}", () => HasAsync(stage, appointment)) { Repeated = ["AlreadyExists"] };
    }

    private static FaultedWork Updating(FaultStage stage, Appointment next)
    {
        var change = next.AsChange();
        return new("Updated", async () => $"{await stage.Store.Appointments.UpdateAsync(next, change, Ct)}", () => HasAsync(stage, next)) { Repeated = ["Stale"] };
    }

    private static async Task<HistoryEntry> WrittenAsync(FaultStage stage)
    {
        var entry = HistoryBuilder.AnEntry();
        Assert.Equal(AddHistoryOutcome.Added, await stage.Store.History.AddAsync(entry, entry.AsChange(), Ct));
        return entry;
    }

    private static async Task<Appointment> StoredAsync(FaultStage stage, Appointment appointment)
    {
        Assert.Equal(BookOutcome.Booked, await stage.Store.Appointments.BookAsync(appointment, appointment.AsChange(), Ct));
        return appointment;
    }

    private static async Task HasAsync(FaultStage stage, HistoryEntry entry) =>
        Assert.Equal(entry.AsText(), (await stage.Store.History.FindAsync(entry.PatientId, entry.Id, Ct))?.AsText());

    private static async Task HasAsync(FaultStage stage, Appointment appointment) =>
        Assert.Equal(appointment.AsText(), (await stage.Store.Appointments.FindAsync(appointment.Id, Ct))?.AsText());

    private static BsonDocument Is(Appointment appointment) => new("_id", new ObjectId(appointment.Id.ToString()));
}
