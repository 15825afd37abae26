using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>One record, for who may read it. The read is in the log before the record is handed out.</summary>
public sealed class GetPatientHandler(IPatientStore patients, AuditTrail audit)
{
    public async Task<Result<Patient>> HandleAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "read a patient", audit, ct);
        if (found.Succeeded) await audit.SawAsync(AuditAction.PatientViewed, actor, id, ct);
        return found;
    }
}
