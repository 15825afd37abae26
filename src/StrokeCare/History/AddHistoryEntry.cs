using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>A new entry in a patient's history.</summary>
public sealed record AddHistoryEntry
{
    public required string Diagnosis { get; init; }

    public string? Treatment { get; init; }

    public string? Notes { get; init; }

    /// <summary>When it was so; now, when left out.</summary>
    public DateTimeOffset? RecordDate { get; init; }
}

/// <summary>The entry as written, and whether an earlier attempt under the same key had already done it.</summary>
public sealed record AddedHistoryEntry(HistoryEntry Entry, bool Replayed) : ICreated;

public sealed class AddHistoryEntryHandler(
    IPatientStore patients, IHistoryStore history, IUserStore users, IIdempotencyStore keys, ClinicalIds ids, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<AddedHistoryEntry>> HandleAsync(
        PatientId patient, AddHistoryEntry command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, patient, PatientAccess.CanWrite, "write a patient's history", audit, ct);
        if (!found.Succeeded) return found.Error;
        var now = time.GetUtcNow();
        var text = new HistoryText { Diagnosis = command.Diagnosis, Treatment = command.Treatment, Notes = command.Notes, RecordDate = command.RecordDate ?? now };
        var draft = HistoryEntry.Write(new(ids.Next()), patient, text, await users.AuthorAsync(actor, ct), now);
        if (!draft.Succeeded) return draft.Error;
        var result = await AddAsync(draft.Value, found.Value, actor, request, ct);
        Failpoint.Hit("history.before_answer");
        return result;
    }

    private async Task<Result<AddedHistoryEntry>> AddAsync(HistoryEntry entry, Patient patient, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        if (request is not null)
        {
            var reserved = await keys.ReserveAsync(request.Scope, new(entry.Id.Value, request.RequestHash, null), time.GetUtcNow(), ct);
            if (!request.Matches(reserved)) return IdempotentRequest.KeyReused;
            Failpoint.Hit("history.after_reserve");
            entry = entry with { Id = new(reserved.Id) };
            if (await history.FindAsync(entry.PatientId, entry.Id, ct) is { } earlier) return await ReplayAsync(earlier, actor, request, ct);
        }

        // Only of a new entry: a repeat gets its answer whatever has become of the record since.
        if (!patient.IsArchived) return await AddUnderIdAsync(entry, actor, request, ct);
        if (request is not null) await keys.ForgetAsync(request, ct);
        return PatientErrors.Archived;
    }

    private async Task<Result<AddedHistoryEntry>> AddUnderIdAsync(HistoryEntry entry, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        var outcome = await history.AddAsync(entry, audit.Of(AuditAction.HistoryAdded, actor, entry), ct);
        Failpoint.Hit("history.after_add");
        switch (outcome)
        {
            case AddHistoryOutcome.Added:
                if (request is not null) await keys.CompleteAsync(request.Scope, 201, ct);
                return new AddedHistoryEntry(entry, Replayed: false);
            case AddHistoryOutcome.AlreadyExists when request is not null && await history.FindAsync(entry.PatientId, entry.Id, ct) is { } earlier:
                return await ReplayAsync(earlier, actor, request, ct);
            default:
                throw new InvalidOperationException($"History entry {entry.Id} was added twice without a key: {outcome}.");
        }
    }

    // The answer is the entry as it is now, so it is a read, and in the log.
    private async Task<Result<AddedHistoryEntry>> ReplayAsync(HistoryEntry earlier, Actor actor, IdempotentRequest request, CancellationToken ct)
    {
        await keys.CompleteAsync(request.Scope, 201, ct);
        await audit.SawHistoryAsync(actor, earlier.PatientId, [earlier], ct);
        return new AddedHistoryEntry(earlier, Replayed: true);
    }
}

internal static class HistoryAuthors
{
    /// <summary>The actor under the name they go by now; the operator at the console has none.</summary>
    public static async Task<HistoryAuthor> AuthorAsync(this IUserStore users, Actor actor, CancellationToken ct)
    {
        if (actor.IsOperator) return new(null, null);
        var names = await users.NamesAsync([actor.Id], ct);
        var full = names.TryGetValue(actor.Id, out var name) ? $"{name.FirstName} {name.LastName}".Trim() : "";
        return new(actor.Id, RecordedText.Cut(full.Length > 0 ? full : actor.Username, HistoryRules.AuthorMaxLength));
    }
}

public static class HistoryErrors
{
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "history.not_found", "There is no such entry in this patient's history.");

    public static Error EnteredInError { get; } = new(
        ErrorKind.Conflict, "history.entered_in_error", "The entry is marked as entered in error and stays as it is. Write a new one.");

    public static Error TooManyCorrections { get; } = new(
        ErrorKind.Conflict, "history.too_many_corrections", "The entry was corrected too often. Mark it as entered in error and write a new one.");
}
