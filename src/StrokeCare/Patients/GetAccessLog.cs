using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Who looked at or changed a record or its history, newest first; open to whoever may read the record, the patient included.</summary>
public sealed class GetAccessLogHandler(IPatientStore patients, ISecurityLog log, AuditTrail audit)
{
    public async Task<Result<Page<LogRow>>> HandleAsync(PatientId id, long? beforeSeq, int limit, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "read a patient's access log", audit, ct);
        if (!found.Succeeded) return found.Error;
        await audit.SawAsync(AuditAction.AccessLogViewed, actor, id, ct);
        var rows = await log.FindAsync(
            new() { AboutPatient = id, BeforeSeq = beforeSeq, Limit = limit + 1 }, ct);
        return rows.ToPage(limit, LogPages.SeqOf);
    }
}
