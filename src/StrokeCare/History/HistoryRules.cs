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

    /// <summary>The text scrubbed, its time in whole milliseconds; what is at fault is added to <paramref name="faults"/>.</summary>
    internal static HistoryText Check(HistoryText text, DateTimeOffset now, FieldFaults faults)
    {
        var clean = new HistoryText
        {
            Diagnosis = faults.Required("diagnosis", text.Diagnosis, DiagnosisMaxLength),
            Treatment = faults.Text("treatment", text.Treatment, TreatmentMaxLength),
            Notes = faults.Text("notes", text.Notes, NotesMaxLength),
            RecordDate = text.RecordDate.WholeMilliseconds(),
        };
        if (clean.RecordDate < Earliest || clean.RecordDate > now + Ahead) faults.Add("record_date", "must be from 1900 to today.");
        return clean;
    }
}
