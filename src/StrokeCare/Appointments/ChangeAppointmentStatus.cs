using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>What has become of an appointment. The reason is asked of a cancellation only.</summary>
public sealed record ChangeAppointmentStatus
{
    public required AppointmentStatus Status { get; init; }

    public string? Reason { get; init; }

    public long? Version { get; init; }
}

/// <summary>For staff: patients cancel, and that is all they say of it.</summary>
public sealed class ChangeAppointmentStatusHandler(AppointmentAccess access, IAppointmentStore appointments, AuditTrail audit, TimeProvider time)
{
    private const string Operation = "change an appointment's status";

    public async Task<Result<Appointment>> HandleAsync(AppointmentId id, ChangeAppointmentStatus command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, Operation, id);
        var found = await access.FindAsync(id, actor, Operation, ct);
        if (!found.Succeeded) return found.Error;
        if (expected.Mismatch(found.Value.Version) is { } mismatch) return mismatch;
        var next = found.Value.ChangeStatus(command.Status, command.Reason, time.GetUtcNow());
        if (!next.Succeeded) return next.Error;
        var action = command.Status == AppointmentStatus.Cancelled ? AuditAction.AppointmentCancelled : AuditAction.AppointmentStatusChanged;
        return await appointments.WriteAsync(next.Value, audit.Of(action, actor, next.Value), expected, ct);
    }
}
