using System.Runtime.CompilerServices;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.History;
using StrokeCare.Risk;

namespace StrokeCare.Patients;

/// <summary>
/// All that is kept of a patient. What can be long is read while it is written out, a page at a time; a further kind of
/// what belongs to a record gets its member here and its pages in <see cref="ExportPatientHandler"/>.
/// </summary>
public sealed record PatientExport
{
    public required Patient Patient { get; init; }

    public required RiskReport Risk { get; init; }

    /// <summary>Newest first. To be read once. An entry that is given another date meanwhile may come twice or not at all.</summary>
    public required IAsyncEnumerable<HistoryEntry> History { get; init; }

    /// <summary>The newest rows, this export's own among them.</summary>
    public required IReadOnlyList<LogRow> AccessLog { get; init; }
}

/// <summary>The whole record, for who may read it. That it was exported is in the log before anything is handed out.</summary>
public sealed class ExportPatientHandler(IPatientStore patients, IHistoryStore history, ISecurityLog log, AuditTrail audit, TimeProvider time)
{
    private const int AccessLogRows = 100;

    public async Task<Result<PatientExport>> HandleAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "export a patient", audit, ct);
        if (!found.Succeeded) return found.Error;
        // Before the answer has begun, so that a store that is away is still an error and not a broken file.
        var first = await PageAsync(id, null, ct);
        await audit.SawAsync(AuditAction.DataExported, actor, id, ct);
        return new PatientExport
        {
            Patient = found.Value,
            Risk = found.Value.ReportRisk(time.GetUtcNow()),
            History = EntriesAsync(id, first, ct),
            AccessLog = await log.FindAsync(new() { AboutPatient = id, Limit = AccessLogRows }, ct),
        };
    }

    private async IAsyncEnumerable<HistoryEntry> EntriesAsync(PatientId patient, IReadOnlyList<HistoryEntry> page, [EnumeratorCancellation] CancellationToken ct)
    {
        while (page.Count > 0)
        {
            foreach (var entry in page) yield return entry;
            if (page.Count < Page<HistoryEntry>.MaxLimit) yield break;
            page = await PageAsync(patient, HistoryKey.Of(page[^1]), ct);
        }
    }

    private Task<IReadOnlyList<HistoryEntry>> PageAsync(PatientId patient, HistoryKey? behind, CancellationToken ct) =>
        history.ListAsync(new() { Patient = patient, Behind = behind, Limit = Page<HistoryEntry>.MaxLimit }, ct);
}
