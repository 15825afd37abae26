using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

public sealed record RejectedRow(int Line, string Reason);

/// <summary>Where an import stands. At its end the three numbers add up to the rows of the file.</summary>
public sealed record ImportProgress(int Imported, int AlreadyPresent, IReadOnlyList<RejectedRow> Rejected)
{
    public int Rows => Imported + AlreadyPresent + Rejected.Count;
}

/// <summary>
/// Brings rows in by batches. The source key decides what is already present, so an import that was stopped at any
/// moment is finished by running it again: nothing doubles and nothing is left out.
/// </summary>
public sealed class ImportPatientsHandler(IPatientStore patients, ClinicalIds ids, AuditTrail audit, TimeProvider time)
{
    private const int BatchSize = 500;

    public async Task<Result<ImportProgress>> HandleAsync(
        IEnumerable<CsvRow> rows, Actor actor, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "import patients", null, ct);
        var operation = Change.NewId();
        var sofar = new ImportProgress(0, 0, []);
        foreach (var batch in rows.Chunk(BatchSize))
        {
            ct.ThrowIfCancellationRequested();
            sofar = await AddBatchAsync(batch, sofar, operation, actor, ct);
            progress?.Report(sofar);
        }

        await audit.HappenedAsync(
            AuditAction.ImportCompleted, actor,
            $"Import {operation}: imported {sofar.Imported}, already present {sofar.AlreadyPresent}, rejected {sofar.Rejected.Count}",
            AuditSeverity.Info, ct);
        return sofar;
    }

    private async Task<ImportProgress> AddBatchAsync(
        CsvRow[] batch, ImportProgress sofar, string operation, Actor actor, CancellationToken ct)
    {
        var keys = batch.Select(row => row.SourceKey).OfType<string>().Distinct().ToList();
        var present = await patients.PresentAsync(keys, ct);
        var added = new List<PatientAdded>(batch.Length);
        var rejected = new List<RejectedRow>(sofar.Rejected);
        var already = 0;
        foreach (var row in batch)
        {
            if (row.Details is null) rejected.Add(new(row.Line, row.Reason ?? "cannot be read"));
            else if (present.Contains(row.SourceKey!)) already++;
            else if (Register(row, actor) is var registered && registered.Succeeded) added.Add(With(registered.Value, operation, actor));
            else rejected.Add(new(row.Line, string.Join("; ", registered.Error!.Fields.Select(f => $"{f.Key} {f.Value[0]}"))));
        }

        var outcomes = added.Count == 0 ? [] : await patients.AddManyAsync(added, ct);
        Failpoint.Hit("import.after_batch");
        var imported = outcomes.Count(outcome => outcome == AddPatientOutcome.Added);
        return new(sofar.Imported + imported, sofar.AlreadyPresent + already + (outcomes.Count - imported), rejected);
    }

    private Result<Patient> Register(CsvRow row, Actor actor) => Patient.Register(
        new PatientId(ids.Next()), row.Details!,
        new Registration { CreatedBy = actor.IsOperator ? null : actor.Id, SourceKey = row.SourceKey }, time.GetUtcNow());

    private PatientAdded With(Patient patient, string operation, Actor actor) =>
        new(patient, audit.Of(AuditAction.PatientCreated, actor, patient, $"{operation}-{patient.Id}"));
}
