using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>Which line was not brought in, and why. The reason names the column and never what stands in it.</summary>
public sealed record RejectedRow(int Line, string Reason);

/// <summary>Where an import stands. At its end the three numbers add up to the rows of the file.</summary>
public sealed record ImportProgress
{
    /// <summary>So many rejected rows are told one by one; those after them are counted.</summary>
    public const int MostTold = 10_000;

    public int Imported { get; init; }

    public int AlreadyPresent { get; init; }

    public int Rejected { get; init; }

    /// <summary>The first of them, by line.</summary>
    public IReadOnlyList<RejectedRow> RejectedRows { get; init; } = [];

    /// <summary>It was asked to stop before the end of the file. What is counted is stored, and running it again goes on.</summary>
    public bool IsStopped { get; init; }

    public int Rows => Imported + AlreadyPresent + Rejected;

    internal ImportProgress With(int imported, int alreadyPresent, List<RejectedRow> rejected) => this with
    {
        Imported = Imported + imported,
        AlreadyPresent = AlreadyPresent + alreadyPresent,
        Rejected = Rejected + rejected.Count,
        RejectedRows = rejected.Count == 0 || RejectedRows.Count == MostTold ? RejectedRows : [.. RejectedRows, .. rejected.Take(MostTold - RejectedRows.Count)],
    };
}

/// <summary>
/// Brings rows in by batches. The source key decides what is already present, so an import that was stopped at any
/// moment is finished by running it again: nothing doubles and nothing is left out.
/// </summary>
public sealed class ImportPatientsHandler(IPatientStore patients, IUserStore users, ClinicalIds ids, AuditTrail audit, TimeProvider time)
{
    private const int BatchSize = 1_000;

    /// <summary>Asked to stop, it ends the batch it has begun, so that what it counts is what is stored.</summary>
    public async Task<Result<ImportProgress>> HandleAsync(
        IEnumerable<CsvRow> rows, Actor actor, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "import patients", null, ct);
        var operation = Change.NewId();
        var sofar = new ImportProgress();
        foreach (var batch in rows.Chunk(BatchSize))
        {
            if (ct.IsCancellationRequested) return await EndedAsync(sofar with { IsStopped = true }, operation, actor);
            if (!await MayGoOnAsync(actor)) return await audit.DeniedAsync(actor, "go on with an import", null, CancellationToken.None);
            sofar = await AddBatchAsync(batch, sofar, operation, actor);
            progress?.Report(sofar);
        }

        return await EndedAsync(sofar, operation, actor);
    }

    private async Task<ImportProgress> EndedAsync(ImportProgress result, string operation, Actor actor)
    {
        await audit.HappenedAsync(
            result.IsStopped ? AuditAction.ImportStopped : AuditAction.ImportCompleted, actor,
            $"Import {operation}{(result.IsStopped ? " stopped before its end" : "")}: imported {result.Imported}, already present {result.AlreadyPresent}, rejected {result.Rejected}",
            AuditSeverity.Info, CancellationToken.None);
        return result;
    }

    // It takes minutes, in which whoever began it may have lost what let them.
    private async Task<bool> MayGoOnAsync(Actor actor) =>
        actor.IsOperator || await users.FindAsync(actor.Id, CancellationToken.None) is { IsActive: true, Role: Role.Admin };

    private async Task<ImportProgress> AddBatchAsync(CsvRow[] batch, ImportProgress sofar, string operation, Actor actor)
    {
        var keys = batch.Select(row => row.SourceKey).OfType<string>().Distinct().ToList();
        var present = await patients.PresentAsync(keys, CancellationToken.None);
        var added = new List<PatientAdded>(batch.Length);
        var rejected = new List<RejectedRow>();
        var already = 0;
        foreach (var row in batch)
        {
            if (row.Details is null) rejected.Add(new(row.Line, row.Reason ?? "cannot be read"));
            else if (present.Contains(row.SourceKey!)) already++;
            else if (Register(row, actor) is var registered && registered.Succeeded) added.Add(With(registered.Value, operation, actor));
            else rejected.Add(new(row.Line, string.Join("; ", registered.Error!.Fields.Select(f => $"{f.Key} {f.Value[0]}"))));
        }

        var outcomes = added.Count == 0 ? [] : await patients.AddManyAsync(added, CancellationToken.None);
        Failpoint.Hit("import.after_batch");
        var imported = outcomes.Count(outcome => outcome == AddPatientOutcome.Added);
        return sofar.With(imported, already + (outcomes.Count - imported), rejected);
    }

    private Result<Patient> Register(CsvRow row, Actor actor) => Patient.Register(
        new PatientId(ids.Next()), row.Details!,
        new Registration { CreatedBy = actor.IsOperator ? null : actor.Id, SourceKey = row.SourceKey }, time.GetUtcNow());

    private PatientAdded With(Patient patient, string operation, Actor actor) =>
        new(patient, audit.Of(AuditAction.PatientCreated, actor, patient, $"{operation}-{patient.Id}"));
}
