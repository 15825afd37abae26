using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Appointments;

/// <summary>
/// A new appointment: one insert, which takes the time. What is in the way is looked up before it; who looks at the same
/// moment is told apart by the unique indexes, and looks again.
/// </summary>
internal sealed class BookAppointments(AppointmentCollection appointments, SharedTime shared, ChangeSignal changed, TimeProvider time)
{
    public async Task<BookOutcome> BookAsync(Appointment appointment, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var write = new Write(ObjectId.GenerateNewId(), time.GetUtcNow());
        for (var attempt = 1; attempt <= Contention.Attempts; attempt++)
        {
            var around = await appointments.AroundAsync(appointment, ct);
            var obstacle = around.Select(one => one.Busy).ObstacleTo(appointment);
            if (obstacle != Obstacle.None) return await RefusedAsync(appointment, obstacle, write);
            var owned = OwnedTime.Of(appointment, around);
            if (await TryAsync(AppointmentDocument.New(appointment, owned, change, write), appointment.Id, write) is { } outcome)
            {
                if (outcome == BookOutcome.Booked) await DoneAsync(appointment);
                return outcome;
            }

            await Contention.WaitAsync(attempt, time, ct);
        }

        throw Contention.TooMuch(appointment.Id);
    }

    // Null: somebody has taken some of the time meanwhile.
    private async Task<BookOutcome?> TryAsync(BsonDocument document, AppointmentId id, Write write)
    {
        try
        {
            Failpoint.Hit(MongoFailpoints.AppointmentBookBeforeInsert);
            await appointments.Connection.WriteAsync(async token =>
            {
                await appointments.Documents.InsertOneAsync(document, null, token);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.AppointmentBookAfterInsert);
            return BookOutcome.Booked;
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            // The driver may have sent it twice: the first of the two was ours.
            return await appointments.StateAsync(id) is { } stored ? OutcomeOf(stored, write) : null;
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            var stored = await appointments.StateAsync(id) ?? throw MongoConnection.Unavailable("did not answer to a new appointment, and it is not there", outage);
            return OutcomeOf(stored, write);
        }
    }

    // The same request that came before is told apart from another's time, whatever has become of its appointment.
    private async Task<BookOutcome> RefusedAsync(Appointment appointment, Obstacle obstacle, Write write)
    {
        if (await appointments.StateAsync(appointment.Id) is { } stored) return OutcomeOf(stored, write);
        return obstacle == Obstacle.Doctor ? BookOutcome.DoctorTaken : BookOutcome.PatientTaken;
    }

    private async Task DoneAsync(Appointment appointment)
    {
        changed.Raise();
        // What it overrides may have been let go of between the look and the insert.
        if (appointment.Overrides.Count > 0) await shared.SettleAsync([appointment.Id]);
    }

    private static BookOutcome OutcomeOf(StoredState stored, Write write) => stored.WasWrittenBy(write.Id) ? BookOutcome.Booked : BookOutcome.AlreadyExists;
}
