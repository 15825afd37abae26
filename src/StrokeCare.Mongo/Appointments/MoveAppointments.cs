using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Appointments;

/// <summary>The next version of an appointment: one update, guarded by the version, that swaps the time it owns as well.</summary>
internal sealed class MoveAppointments(AppointmentCollection appointments, SharedTime shared, ChangeSignal changed, TimeProvider time)
{
    public async Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var write = new Write(ObjectId.GenerateNewId(), time.GetUtcNow());
        var before = await appointments.FindAsync(next.Id, ct);
        if (before is null) return UpdateAppointmentOutcome.Missing;
        if (before.State.Version != next.Version - 1) return UpdateAppointmentOutcome.Stale;
        var stored = before.Appointment;
        var takesTime = next.IsActive && !HasTimeOf(next, stored);
        for (var attempt = 1; attempt <= Contention.Attempts; attempt++)
        {
            var around = takesTime ? await appointments.AroundAsync(next, ct) : [];
            var obstacle = around.Select(one => one.Busy).ObstacleTo(next);
            if (obstacle != Obstacle.None) return await RefusedAsync(next, obstacle, write);
            var owned = takesTime ? OwnedTime.Of(next, around) : next.IsActive ? null : OwnedTime.None;
            if (await TryAsync(next, AppointmentDocument.Next(next, owned, change, write), write) is { } outcome)
            {
                if (outcome == UpdateAppointmentOutcome.Updated) await DoneAsync(next, owned is null ? null : stored);
                return outcome;
            }

            await Contention.WaitAsync(attempt, time, ct);
        }

        throw Contention.TooMuch(next.Id);
    }

    // Null: somebody has taken some of the time meanwhile.
    private async Task<UpdateAppointmentOutcome?> TryAsync(Appointment next, UpdateDefinition<BsonDocument> update, Write write)
    {
        try
        {
            if (await SendAsync(next, update, write)) return UpdateAppointmentOutcome.Updated;
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            return null;
        }

        var stored = await appointments.StateAsync(next.Id);
        if (stored is null) return UpdateAppointmentOutcome.Missing;
        if (stored.WasWrittenBy(write.Id)) return UpdateAppointmentOutcome.Updated;
        if (stored.Version != next.Version - 1) return UpdateAppointmentOutcome.Stale;
        throw MongoConnection.Unavailable($"appointment {next.Id} waits for its changes to reach the log", null);
    }

    private Task<bool> SendAsync(Appointment next, UpdateDefinition<BsonDocument> update, Write write)
    {
        var guard = VersionGuard.Of(next.Id.Value.ObjectId(), next.Version - 1);
        return GuardedUpdate.TryAsync(
            async () =>
            {
                Failpoint.Hit(MongoFailpoints.AppointmentUpdateBefore);
                var result = await appointments.Connection.WriteAsync(ct => appointments.Documents.UpdateOneAsync(guard, update, null, ct));
                Failpoint.Hit(MongoFailpoints.AppointmentUpdateAfter);
                return result;
            },
            () => appointments.StateAsync(next.Id), write.Id, next.Version, "an appointment");
    }

    // A stale version comes first: it is no question of the time any more.
    private async Task<UpdateAppointmentOutcome> RefusedAsync(Appointment next, Obstacle obstacle, Write write)
    {
        var stored = await appointments.StateAsync(next.Id);
        if (stored is null) return UpdateAppointmentOutcome.Missing;
        if (stored.WasWrittenBy(write.Id)) return UpdateAppointmentOutcome.Updated;
        if (stored.Version != next.Version - 1) return UpdateAppointmentOutcome.Stale;
        return obstacle == Obstacle.Doctor ? UpdateAppointmentOutcome.DoctorTaken : UpdateAppointmentOutcome.PatientTaken;
    }

    private async Task DoneAsync(Appointment next, Appointment? freed)
    {
        changed.Raise();
        if (next.IsActive && next.Overrides.Count > 0) await shared.SettleAsync([next.Id]);
        if (freed is { IsActive: true }) await shared.InheritAsync(freed);
    }

    private static bool HasTimeOf(Appointment next, Appointment stored) =>
        stored.IsActive && next.DoctorId == stored.DoctorId && next.StartsAt == stored.StartsAt && next.DurationMinutes == stored.DurationMinutes && next.Overrides.SequenceEqual(stored.Overrides);
}
