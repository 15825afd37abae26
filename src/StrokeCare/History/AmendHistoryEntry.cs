using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>
/// Why, and either the whole text as it should have been, or that the entry should not be there at all. A record date
/// left out stays; anything else left out becomes "not known".
/// </summary>
public sealed record AmendHistoryEntry
{
    public required string Reason { get; init; }

    public bool EnteredInError { get; init; }

    public string? Diagnosis { get; init; }

    public string? Treatment { get; init; }

    public string? Notes { get; init; }

    public DateTimeOffset? RecordDate { get; init; }

    public long? Version { get; init; }

    internal bool HasText => Diagnosis is not null || Treatment is not null || Notes is not null || RecordDate is not null;
}

public sealed class AmendHistoryEntryHandler(IPatientStore patients, IHistoryStore history, IUserStore users, AuditTrail audit, TimeProvider time)
{
    private const string Operation = "amend a patient's history";

    public async Task<Result<HistoryEntry>> HandleAsync(
        HistoryAddress entry, AmendHistoryEntry command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, entry.Patient, PatientAccess.CanWrite, Operation, audit, ct);
        if (!found.Succeeded) return found.Error;
        var stored = await history.FindAsync(entry.Patient, entry.Id, ct);
        if (stored is null) return actor.Role == Role.Admin ? HistoryErrors.NotFound : await audit.DeniedAsync(actor, Operation, entry.Patient.ToString(), ct);
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        if (found.Value.IsArchived) return PatientErrors.Archived;
        var next = Amended(stored, command, await users.AuthorAsync(actor, ct));
        return next.Succeeded ? await WriteAsync(next.Value, expected, actor, ct) : next.Error;
    }

    private Result<HistoryEntry> Amended(HistoryEntry stored, AmendHistoryEntry command, HistoryAuthor author)
    {
        var now = time.GetUtcNow();
        if (command.EnteredInError)
            return command.HasText ? Error.Invalid("entered_in_error", "comes without a text: what was written stays.") : stored.MarkEnteredInError(command.Reason, author, now);
        var text = new HistoryText
        {
            Diagnosis = command.Diagnosis ?? "",
            Treatment = command.Treatment,
            Notes = command.Notes,
            RecordDate = command.RecordDate ?? stored.Text.RecordDate,
        };
        return stored.Correct(text, command.Reason, author, now);
    }

    private async Task<Result<HistoryEntry>> WriteAsync(HistoryEntry next, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var outcome = await history.AmendAsync(next, audit.Of(AuditAction.HistoryAmended, actor, next), ct);
        Failpoint.Hit("history.after_amend");
        return outcome switch
        {
            AmendHistoryOutcome.Amended => next,
            AmendHistoryOutcome.Stale => expected.LostRace,
            AmendHistoryOutcome.Missing => HistoryErrors.NotFound,
        };
    }
}

/// <summary>Which entry of whose history.</summary>
public readonly record struct HistoryAddress(PatientId Patient, HistoryEntryId Id);
