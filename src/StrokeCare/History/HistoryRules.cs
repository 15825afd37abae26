using System.Globalization;

namespace StrokeCare.History;

/// <summary>What makes an entry acceptable. Limits are written here once; tests read them.</summary>
public static class HistoryRules
{
    public const int DiagnosisMaxLength = 500;
    public const int TreatmentMaxLength = 4000;
    public const int NotesMaxLength = 10_000;
    public const int ReasonMaxLength = 500;
    public const int AuthorMaxLength = 201;

    /// <summary>Each keeps a whole text, and a page shows them all.</summary>
    public const int MostCorrections = 20;

    public static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>So much later than now may an entry be dated: where it is already tomorrow, a day is written as its midnight in UTC.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>The text scrubbed, its time in whole milliseconds, or every field at fault at once.</summary>
    public static Result<HistoryText> Check(HistoryText text, DateTimeOffset now)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var clean = new HistoryText
        {
            Diagnosis = Clean("diagnosis", text.Diagnosis, DiagnosisMaxLength, faults) ?? "",
            Treatment = Clean("treatment", text.Treatment, TreatmentMaxLength, faults),
            Notes = Clean("notes", text.Notes, NotesMaxLength, faults),
            RecordDate = DateTimeOffset.FromUnixTimeMilliseconds(text.RecordDate.ToUnixTimeMilliseconds()),
        };
        if (clean.Diagnosis.Length == 0) faults["diagnosis"] = ["is required."];
        if (clean.RecordDate < Earliest || clean.RecordDate > now + Ahead) faults["record_date"] = ["must be from 1900 to today."];
        return faults.Count > 0 ? Error.Invalid(faults) : clean;
    }

    public static Result<string> CheckReason(string reason)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var clean = Clean("reason", reason, ReasonMaxLength, faults);
        if (clean is null) faults["reason"] = ["is required."];
        return faults.Count > 0 ? Error.Invalid(faults) : clean!;
    }

    /// <summary>Both inputs' faults in one answer.</summary>
    public static Error Together(params IEnumerable<Error?> errors) =>
        Error.Invalid(errors.SelectMany(error => error?.Fields ?? new Dictionary<string, string[]>()).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal));

    private static string? Clean(string field, string? value, int maxLength, Dictionary<string, string[]> faults)
    {
        if (value is null) return null;
        var text = RecordedText.Scrub(value);
        if (text.Length > maxLength) faults[field] = [string.Create(CultureInfo.InvariantCulture, $"is longer than {maxLength} characters.")];
        return text.Length == 0 ? null : text;
    }
}
