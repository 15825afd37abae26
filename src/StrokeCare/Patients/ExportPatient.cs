using StrokeCare.Accounts;
using StrokeCare.Appointments;
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

    /// <summary>The last to begin first, with any doctor and in any status. To be read once; as the history.</summary>
    public required IAsyncEnumerable<Appointment> Appointments { get; init; }

    /// <summary>The newest rows, this export's own among them.</summary>
    public required IReadOnlyList<LogRow> AccessLog { get; init; }
}

/// <summary>The whole record, for who may read it. That it was exported is in the log before anything is handed out.</summary>
public sealed class ExportPatientHandler(IPatientStore patients, IHistoryStore history, IAppointmentStore appointments, ISecurityLog log, AuditTrail audit, TimeProvider time)
{
    private const int AccessLogRows = 100;

    public async Task<Result<PatientExport>> HandleAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "export a patient", audit, ct);
        if (!found.Succeeded) return found.Error;
        // Before the answer has begun, so that a store that is away is still an error and not a broken file.
        var (entries, booked) = (await EntriesAsync(id, null, ct), await AppointmentsAsync(id, null, ct));
        await audit.SawAsync(AuditAction.DataExported, actor, id, ct);
        return new PatientExport
        {
            Patient = found.Value,
            Risk = found.Value.ReportRisk(time.GetUtcNow()),
            History = AllAsync(entries, last => EntriesAsync(id, HistoryKey.Of(last), ct)),
            Appointments = AllAsync(booked, last => AppointmentsAsync(id, AppointmentKey.Of(last), ct)),
            AccessLog = await log.FindAsync(new() { AboutPatient = id, Limit = AccessLogRows }, ct),
        };
    }

    private static async IAsyncEnumerable<T> AllAsync<T>(IReadOnlyList<T> page, Func<T, Task<IReadOnlyList<T>>> behind)
    {
        while (page.Count > 0)
        {
            foreach (var one in page) yield return one;
            if (page.Count < Page<T>.MaxLimit) yield break;
            page = await behind(page[^1]);
        }
    }

    private Task<IReadOnlyList<HistoryEntry>> EntriesAsync(PatientId patient, HistoryKey? behind, CancellationToken ct) =>
        history.ListAsync(new() { Patient = patient, Behind = behind, Limit = Page<HistoryEntry>.MaxLimit }, ct);

    private Task<IReadOnlyList<Appointment>> AppointmentsAsync(PatientId patient, AppointmentKey? behind, CancellationToken ct) =>
        appointments.ListAsync(new() { PatientId = patient, Descending = true, Behind = behind, Limit = Page<Appointment>.MaxLimit }, ct);
}
