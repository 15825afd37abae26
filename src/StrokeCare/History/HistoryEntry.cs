using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>What an entry says: what was found, what was done about it, and when that was.</summary>
public sealed record HistoryText
{
    public required string Diagnosis { get; init; }

    public string? Treatment { get; init; }

    public string? Notes { get; init; }

    /// <summary>When it was so, which may be long before it was written down.</summary>
    public required DateTimeOffset RecordDate { get; init; }
}

/// <summary>Who writes, by the name they have while they do.</summary>
public readonly record struct HistoryAuthor(UserId? Id, string? Name);

/// <summary>One change of an entry: who made it, when and why, and what the entry said until then.</summary>
public sealed record HistoryAmendment
{
    /// <summary>The version of the entry that it made.</summary>
    public required long Version { get; init; }

    public UserId? AmendedBy { get; init; }

    public string? AmendedByName { get; init; }

    public required DateTimeOffset AmendedAt { get; init; }

    public required string Reason { get; init; }

    /// <summary>It took the whole entry back; the text stayed.</summary>
    public bool EnteredInError { get; init; }

    public required HistoryText Before { get; init; }
}

/// <summary>
/// One entry of a patient's medical history. Nothing of it is ever overwritten: an amendment keeps what the entry said
/// before, and one entered in error stays where it is, marked. Each method answers the next version.
/// </summary>
public sealed record HistoryEntry
{
    public required HistoryEntryId Id { get; init; }

    public required PatientId PatientId { get; init; }

    /// <summary>1 for a new entry, one more with each amendment; 0 for a document of an older system that never had one.</summary>
    public required long Version { get; init; }

    /// <summary>As it stands now.</summary>
    public required HistoryText Text { get; init; }

    public UserId? RecordedBy { get; init; }

    /// <summary>Their name on that day.</summary>
    public string? RecordedByName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public bool EnteredInError { get; init; }

    /// <summary>The first one first.</summary>
    public IReadOnlyList<HistoryAmendment> Amendments { get; init; } = [];

    public static Result<HistoryEntry> Write(HistoryEntryId id, PatientId patient, HistoryText text, HistoryAuthor by, DateTimeOffset now)
    {
        var at = now.WholeMilliseconds();
        var faults = new FieldFaults();
        var clean = HistoryRules.Check(text, at, faults);
        if (faults.Error is { } error) return error;
        return new HistoryEntry
        {
            Id = id,
            PatientId = patient,
            Version = 1,
            Text = clean,
            RecordedBy = by.Id,
            RecordedByName = by.Name,
            CreatedAt = at,
        };
    }

    /// <summary>The next version, which says this. An entry takes <see cref="HistoryRules.MostCorrections"/> of them.</summary>
    public Result<HistoryEntry> Correct(HistoryText text, string reason, HistoryAuthor by, DateTimeOffset now)
    {
        if (EnteredInError) return HistoryErrors.EnteredInError;
        if (Amendments.Count >= HistoryRules.MostCorrections) return HistoryErrors.TooManyCorrections;
        var faults = new FieldFaults();
        var (clean, why) = (HistoryRules.Check(text, now, faults), faults.Required("reason", reason, HistoryRules.ReasonMaxLength));
        if (faults.Error is { } error) return error;
        return Next(Amendment(why, by, now)) with { Text = clean };
    }

    /// <summary>The last version, which is to be read as never having been written.</summary>
    public Result<HistoryEntry> MarkEnteredInError(string reason, HistoryAuthor by, DateTimeOffset now)
    {
        if (EnteredInError) return HistoryErrors.EnteredInError;
        var faults = new FieldFaults();
        var why = faults.Required("reason", reason, HistoryRules.ReasonMaxLength);
        if (faults.Error is { } error) return error;
        return Next(Amendment(why, by, now) with { EnteredInError = true }) with { EnteredInError = true };
    }

    private HistoryEntry Next(HistoryAmendment amendment) => this with { Version = amendment.Version, Amendments = [.. Amendments, amendment] };

    private HistoryAmendment Amendment(string reason, HistoryAuthor by, DateTimeOffset now) => new()
    {
        Version = Version + 1,
        AmendedBy = by.Id,
        AmendedByName = by.Name,
        AmendedAt = now.WholeMilliseconds(),
        Reason = reason,
        Before = Text,
    };
}
