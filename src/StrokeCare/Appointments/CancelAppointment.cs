using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>The end of an appointment that will not take place.</summary>
public sealed record CancelAppointment
{
    public required string Reason { get; init; }

    public long? Version { get; init; }
}

public sealed class CancelAppointmentHandler(AppointmentAccess access, IAppointmentStore appointments, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<Appointment>> HandleAsync(AppointmentId id, CancelAppointment command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await access.FindAsync(id, actor, "cancel an appointment", ct);
        if (!found.Succeeded) return found.Error;
        if (expected.Mismatch(found.Value.Version) is { } mismatch) return mismatch;
        var now = time.GetUtcNow();
        if (actor.Role == Role.Patient && found.Value.IsTooLateForPatients(now)) return AppointmentErrors.TooLate;
        var next = found.Value.Cancel(command.Reason, now);
        return next.Succeeded ? await appointments.WriteAsync(next.Value, audit.Of(AuditAction.AppointmentCancelled, actor, next.Value), expected, ct) : next.Error;
    }
}
