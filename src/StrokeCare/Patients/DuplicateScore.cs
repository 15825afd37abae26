using System.Text.Json.Serialization;

namespace StrokeCare.Patients;

/// <summary>What speaks for two records being one person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DuplicateReason>))]
public enum DuplicateReason
{
    [JsonStringEnumMemberName("same_mrn")]
    SameMrn,
    [JsonStringEnumMemberName("same_name")]
    SameName,
    [JsonStringEnumMemberName("similar_name")]
    SimilarName,
    [JsonStringEnumMemberName("same_date_of_birth")]
    SameDateOfBirth,
    [JsonStringEnumMemberName("day_month_swapped")]
    DayMonthSwapped,
    [JsonStringEnumMemberName("same_phone")]
    SamePhone,
}

/// <summary>
/// How likely a record is the person of a draft, 0 to 1, and why. It is a rule that orders what somebody should look at,
/// not a probability: reasons that are each worth something add up as if they were independent.
/// </summary>
public sealed record DuplicateScore(double Score, IReadOnlyList<DuplicateReason> Reasons)
{
    /// <summary>Below it the two have too little in common to be shown: a name alone that many share, a phone of a family.</summary>
    public const double Likely = 0.5;

    /// <summary>What is left of a score when both dates of birth are known and neither the same nor swapped.</summary>
    private const double OtherBirth = 0.5;

    public static DuplicateScore Of(PatientKeys draft, PatientSummary stored, bool samePhone)
    {
        List<DuplicateReason> reasons = [];
        if (SearchText.Compact(draft.Mrn) is { Length: > 0 } mrn && mrn == SearchText.Compact(stored.Mrn)) reasons.Add(DuplicateReason.SameMrn);
        if (Name(draft, stored) is { } name) reasons.Add(name);
        var birth = Birth(draft.DateOfBirth, stored.DateOfBirth);
        if (birth is { } day) reasons.Add(day);
        if (samePhone) reasons.Add(DuplicateReason.SamePhone);
        var score = 1 - reasons.Aggregate(1.0, (rest, reason) => rest * (1 - Worth(reason)));
        var differs = draft.DateOfBirth is not null && stored.DateOfBirth is not null && birth is null;
        return new(Math.Round(differs && !reasons.Contains(DuplicateReason.SameMrn) ? score * OtherBirth : score, 2), reasons);
    }

    /// <summary>The date with day and month exchanged, where that is another date.</summary>
    public static DateOnly? Swapped(DateOnly day) => day.Day <= 12 && day.Day != day.Month ? new DateOnly(day.Year, day.Day, day.Month) : null;

    private static double Worth(DuplicateReason reason) => reason switch
    {
        DuplicateReason.SameMrn => 0.95,
        DuplicateReason.SameName => 0.5,
        DuplicateReason.SimilarName => 0.4,
        DuplicateReason.SameDateOfBirth => 0.45,
        DuplicateReason.DayMonthSwapped => 0.35,
        DuplicateReason.SamePhone => 0.4,
    };

    // First and last name may have been exchanged, and a middle name left out.
    private static DuplicateReason? Name(PatientKeys draft, PatientSummary stored)
    {
        List<string> one = [.. SearchText.Words(draft.FirstName), .. SearchText.Words(draft.LastName)];
        List<string> other = [.. SearchText.Words(stored.FirstName), .. SearchText.Words(stored.LastName)];
        if (one.Count < 2 || other.Count < 2) return null;
        if (one.ToHashSet(StringComparer.Ordinal).SetEquals(other)) return DuplicateReason.SameName;
        var (fewer, more) = one.Count <= other.Count ? (one, other) : (other, one);
        return fewer.All(word => more.Any(has => has == word || IsSlip(word, has))) ? DuplicateReason.SimilarName : null;
    }

    private static bool IsSlip(string word, string other) =>
        SearchText.IsGuessed(word, SearchText.LeastGuessed - 1) && SearchText.IsGuessed(other, SearchText.LeastGuessed - 1)
        && (SearchText.IsGuessed(word) || SearchText.IsGuessed(other)) && SearchText.IsOneSlip(word, other);

    private static DuplicateReason? Birth(DateOnly? draft, DateOnly? stored)
    {
        if (draft is not { } one || stored is not { } other) return null;
        if (one == other) return DuplicateReason.SameDateOfBirth;
        return Swapped(one) == other ? DuplicateReason.DayMonthSwapped : null;
    }
}
