using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>A page of a patient's history, entries in error and all earlier texts included, for whoever may read the record.</summary>
public sealed class ListHistoryHandler(IPatientStore patients, IHistoryStore history, AuditTrail audit)
{
    /// <summary>The page's <c>Next</c> is the key of its last entry; the edge makes an opaque cursor of it.</summary>
    public async Task<Result<Page<HistoryEntry>>> HandleAsync(HistoryFilter filter, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, filter.Patient, PatientAccess.CanRead, "read a patient's history", audit, ct);
        if (!found.Succeeded) return found.Error;
        var rows = await history.ListAsync(filter with { Limit = filter.Limit + 1 }, ct);
        var page = rows.ToPage(filter.Limit, last => HistoryKey.Of(last).ToString());
        await audit.SawHistoryAsync(actor, filter.Patient, page.Items, ct);
        return page;
    }
}
