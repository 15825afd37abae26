using System.Globalization;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.History;

public enum AddHistoryOutcome
{
    Added,

    /// <summary>An entry with this very id is there: the same request came before.</summary>
    AlreadyExists,
}

public enum AmendHistoryOutcome
{
    Amended,

    /// <summary>The stored version is not the one before this.</summary>
    Stale,

    /// <summary>This patient has no such entry.</summary>
    Missing,
}

/// <summary>
/// Medical history in SQLite, PostgreSQL or MongoDB; one contract suite runs against all three. Every write stores the
/// entry and its change in one atomic step and returns when both are durable; then the relay is woken.
/// An outage throws <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IHistoryStore
{
    Task<AddHistoryOutcome> AddAsync(HistoryEntry entry, Change change, CancellationToken ct);

    /// <summary>Stores <paramref name="next"/> if the stored version is <c>next.Version - 1</c>. What an entry was written by and when stays.</summary>
    Task<AmendHistoryOutcome> AmendAsync(HistoryEntry next, Change change, CancellationToken ct);

    Task<HistoryEntry?> FindAsync(PatientId patient, HistoryEntryId id, CancellationToken ct);

    /// <summary>Newest first by record date, then by id. Served by an index.</summary>
    Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryFilter filter, CancellationToken ct);

    /// <summary>Newest first by record date, then by id. Served by the index of terms.</summary>
    Task<IReadOnlyList<HistoryEntry>> SearchAsync(HistorySearch search, CancellationToken ct);

    /// <summary>Patients, newest first and each once, of whom one entry has all of the words, by the read: the next is made when it is asked for. Served by an index of terms.</summary>
    IAsyncEnumerable<IReadOnlyList<PatientId>> PatientsAsync(HistoryMention mention, CancellationToken ct);
}

/// <summary>Words that stand together in one entry, whosever it is.</summary>
public sealed record HistoryMention
{
    /// <summary>So many are read at a time, or more the further it goes.</summary>
    public const int AtATime = 500;

    /// <summary>From 1 to <see cref="SearchHistory.MostWords"/>, each a term of the entry, as <see cref="HistoryTerms"/> has it.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Only these patients; null: any.</summary>
    public IReadOnlyCollection<PatientId>? Among { get; init; }

    /// <summary>At most so many, one or more; of a patient who has it often, each entry may count.</summary>
    public required int Limit
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "One or more.");
    }

    /// <summary>So many are read the first time, from 1 to <see cref="AtATime"/>: less than that where few are likely to do.</summary>
    public int First
    {
        get;
        init => field = value is >= 1 and <= AtATime ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"From 1 to {AtATime}.");
    } = AtATime;
}

/// <summary>Which entries a search finds: those of one patient with all of these terms.</summary>
public sealed record HistorySearch
{
    public required PatientId Patient { get; init; }

    /// <summary>Each a term of the entry, as <see cref="HistoryTerms"/> has it.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>A term of the entry begins with it.</summary>
    public required string Begun { get; init; }

    public required int Limit { get; init; }
}

/// <summary>Which part of a patient's history.</summary>
public sealed record HistoryFilter
{
    public required PatientId Patient { get; init; }

    /// <summary>Only entries that come after this one in the list: the keyset of the page before.</summary>
    public HistoryKey? Behind { get; init; }

    public required int Limit { get; init; }
}

/// <summary>Where in a list an entry stands.</summary>
public readonly record struct HistoryKey(DateTimeOffset RecordDate, HistoryEntryId Id)
{
    public static HistoryKey Of(HistoryEntry entry) => new(entry.Text.RecordDate, entry.Id);

    public static bool TryParse(string? text, out HistoryKey key)
    {
        key = default;
        if (text?.Split(' ') is not [var date, var id] || !HistoryEntryId.TryParse(id, out var entry)) return false;
        if (!long.TryParse(date, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)) return false;
        if (milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        key = new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), entry);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RecordDate.ToUnixTimeMilliseconds()} {Id}");
}
