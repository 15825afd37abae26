using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>Words out of a patient's history, as somebody types them. They go in a body: no diagnosis stands in an address.</summary>
public sealed record SearchHistory
{
    public const int DefaultLimit = 20;

    public const int MostWords = 8;

    public required string Q { get; init; }

    public int? Limit { get; init; }
}

/// <summary>What a search answers, newest first.</summary>
public sealed record FoundHistory(IReadOnlyList<HistoryEntry> Items);

public sealed class SearchHistoryHandler(IPatientStore patients, IHistoryStore history, AuditTrail audit)
{
    /// <summary>Entries of one patient that have all of the words, of which the last may be only begun; those in error are among them, marked.</summary>
    public async Task<Result<FoundHistory>> HandleAsync(PatientId id, SearchHistory command, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanRead, "search a patient's history", audit, ct);
        if (!found.Succeeded) return found.Error;
        var limit = command.Limit ?? SearchHistory.DefaultLimit;
        if (limit is < 1 or > Page<HistoryEntry>.MaxLimit) return Error.Invalid("limit", $"is a whole number from 1 to {Page<HistoryEntry>.MaxLimit}.");
        if (command.Q.Length > SearchQuery.MaxLength) return Error.Invalid("q", $"is longer than {SearchQuery.MaxLength} characters.");
        var words = SearchText.Words(command.Q).ConvertAll(HistoryTerms.Cut);
        if (words.Count == 0) return Error.Invalid("q", "has neither a letter nor a digit.");
        // The last one stays the last, also when it is asked for twice.
        var whole = words[..^1].Distinct(StringComparer.Ordinal).ToList();
        if (whole.Count >= SearchHistory.MostWords) return Error.Invalid("q", $"has more than {SearchHistory.MostWords} words.");
        var entries = await history.SearchAsync(new() { Patient = id, Words = whole, Begun = words[^1], Limit = limit }, ct);
        await audit.SawHistoryAsync(actor, id, entries, ct);
        return new FoundHistory(entries);
    }
}
