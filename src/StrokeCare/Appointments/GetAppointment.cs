using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Appointments;

/// <summary>One appointment, for who may see it. The read is in the log before the appointment is handed out.</summary>
public sealed class GetAppointmentHandler(AppointmentAccess access, AuditTrail audit)
{
    public async Task<Result<Appointment>> HandleAsync(AppointmentId id, Actor actor, CancellationToken ct)
    {
        var found = await access.FindAsync(id, actor, "read an appointment", ct);
        if (found.Succeeded) await audit.SawAppointmentAsync(actor, found.Value, ct);
        return found;
    }
}
