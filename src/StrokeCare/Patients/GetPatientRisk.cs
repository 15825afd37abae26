using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Risk;

namespace StrokeCare.Patients;

/// <summary>The scores as of now: published ones first, the demonstration number second.</summary>
public sealed class GetPatientRiskHandler(IPatientStore patients, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<RiskReport>> HandleAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "read a patient's risk", audit, ct);
        if (!found.Succeeded) return found.Error;
        await audit.SawAsync(AuditAction.RiskViewed, actor, id, ct);
        return found.Value.ReportRisk(time.GetUtcNow());
    }
}
