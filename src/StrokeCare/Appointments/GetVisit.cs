using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>
/// One appointment with whose it is, for staff. A doctor is told whose only of patients of their own; that the rest is
/// kept back is no refusal, and none is written down.
/// </summary>
public sealed class GetVisitHandler(AppointmentAccess access, IPatientStore patients, AuditTrail audit)
{
    private const string Operation = "read a visit";

    public async Task<Result<WorkItem>> HandleAsync(AppointmentId id, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, Operation, id);
        var found = await access.FindAsync(id, actor, Operation, ct);
        if (!found.Succeeded) return found.Error;
        var whose = await patients.AmongAsync(new() { Ids = [found.Value.PatientId], AssignedDoctorId = actor.Role == Role.Doctor ? actor.Id : null }, ct);
        await audit.SawAppointmentAsync(actor, found.Value, ct);
        if (whose.Count > 0) await audit.SawManyAsync(AuditAction.PatientsListed, actor, [.. whose.Select(one => one.Id.ToString())], ct);
        return new WorkItem(found.Value, whose.Count > 0 ? whose[0] : null);
    }
}
