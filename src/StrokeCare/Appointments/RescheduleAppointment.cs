using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>Another time for an appointment. How long it takes stays, unless it is said.</summary>
public sealed record RescheduleAppointment
{
    public required DateOnly AppointmentDate { get; init; }

    public required TimeOnly AppointmentTime { get; init; }

    /// <summary>Which of the two, where the clock shows this time twice: <c>+01:00</c>.</summary>
    public string? UtcOffset { get; init; }

    public int? DurationMinutes { get; init; }

    /// <summary>Staff only: also where the time is taken, with a reason.</summary>
    public bool Override { get; init; }

    public string? OverrideReason { get; init; }

    public long? Version { get; init; }
}

public sealed class RescheduleAppointmentHandler(AppointmentAccess access, IAppointmentStore appointments, ClinicCalendar calendar, AuditTrail audit, TimeProvider time)
{
    private const int MostRaces = 5;

    public async Task<Result<Appointment>> HandleAsync(AppointmentId id, RescheduleAppointment command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await access.FindAsync(id, actor, "reschedule an appointment", ct);
        if (!found.Succeeded) return found.Error;
        if (expected.Mismatch(found.Value.Version) is { } mismatch) return mismatch;
        if (!command.Override && command.OverrideReason is not null) return Error.Invalid("override_reason", "comes with override.");
        var moved = await MovedAsync(found.Value, command, actor, ct);
        return moved.Succeeded ? await WriteAsync(moved.Value, command, expected, actor, ct) : moved.Error;
    }

    private async Task<Result<Appointment>> MovedAsync(Appointment stored, RescheduleAppointment command, Actor actor, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (actor.Role == Role.Patient && command.Override) return Error.Invalid("override", "is for the clinic's staff.");
        if (actor.Role == Role.Patient && stored.IsTooLateForPatients(now)) return AppointmentErrors.TooLate;
        var when = WantedTime.Read(command.AppointmentDate, command.AppointmentTime, command.UtcOffset);
        if (!when.Succeeded) return when.Error;
        var moved = stored.Reschedule(when.Value, command.DurationMinutes ?? stored.DurationMinutes, calendar.Clock, now);
        if (moved.Succeeded && actor.Role == Role.Patient && await calendar.RefusalOfAsync(moved.Value, ct) is { } refusal) return refusal;
        return moved;
    }

    // Whoever comes in between, while time is looked at that is to be shared, is looked at again.
    private async Task<Result<Appointment>> WriteAsync(Appointment moved, RescheduleAppointment command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        for (var race = 1; ; race++)
        {
            var next = command.Override ? await calendar.OverridingAsync(moved, command.OverrideReason, ct) : moved;
            if (!next.Succeeded) return next.Error;
            var change = audit.Of(next.Value.Overrides.Count > 0 ? AuditAction.AppointmentOverridden : AuditAction.AppointmentRescheduled, actor, next.Value);
            var written = await appointments.WriteAsync(next.Value, change, expected, ct);
            if (written.Error is not { Code: var code } refused || (code != AppointmentErrors.SlotTaken.Code && code != AppointmentErrors.PatientBusy.Code)) return written;
            if (command.Override && race < MostRaces) continue;
            return await calendar.InsteadAsync(refused, moved, ct);
        }
    }
}
