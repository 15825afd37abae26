using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Tests.Changes;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.History;

/// <summary>Test data: <c>AnEntry(patient).Corrected("…")</c>. No two entries share an id, and no two patients unless told to.</summary>
public static class HistoryBuilder
{
    public static readonly DateTimeOffset Day = new(2025, 12, 4, 10, 30, 15, 123, TimeSpan.Zero);

    private static readonly ClinicalIds Ids = new(TimeProvider.System);

    public static HistoryAuthor Doctor { get; } = new(new UserId(2), "John Smith");

    public static HistoryEntryId NewEntryId() => new(Ids.Next());

    public static HistoryText AText(string diagnosis = "Hypertension Stage 2") => new()
    {
        Diagnosis = diagnosis,
        Treatment = "Amlodipine 10mg daily",
        Notes = "Blood pressure 160/95,\npatient compliant with medication",
        RecordDate = Day,
    };

    public static HistoryEntry AnEntry(PatientId? patient = null, DateTimeOffset? at = null) =>
        Succeeded(HistoryEntry.Write(NewEntryId(), patient ?? PatientBuilder.NewId(), AText() with { RecordDate = at ?? Day }, Doctor, PatientBuilder.Now));

    /// <summary>Every field set, texts as long as they may be and from several scripts.</summary>
    public static HistoryEntry WithEverything() => Succeeded(HistoryEntry.Write(NewEntryId(), PatientBuilder.NewId(), FullText(), new(new(3), "Dr. Zoë Ångström 漢字"), PatientBuilder.Now))
        .With(entry => Succeeded(entry.Correct(FullText() with { Treatment = null }, "O'Brien \"$ne\" \\ {'a': 1}", new(new(4), "😀"), PatientBuilder.Now)))
        .With(entry => Succeeded(entry.MarkEnteredInError("第二", new(null, null), PatientBuilder.Now)));

    /// <summary>The next version, which says this.</summary>
    public static HistoryEntry Corrected(this HistoryEntry entry, string diagnosis) =>
        Succeeded(entry.Correct(entry.Text with { Diagnosis = diagnosis }, "A slip of the pen", Doctor, PatientBuilder.Now));

    public static HistoryEntry EnteredInError(this HistoryEntry entry) => Succeeded(entry.MarkEnteredInError("Another patient's", Doctor, PatientBuilder.Now));

    /// <summary>What the log will say about this version.</summary>
    public static Change AsChange(this HistoryEntry entry) => ChangesUnderTest.AChange(
        EntityType.MedicalHistory, entry.Id.ToString(), entry.Version, entry.Version == 1 ? AuditAction.HistoryAdded : AuditAction.HistoryAmended);

    /// <summary>All of an entry as text, so that two are equal exactly when their texts are.</summary>
    public static string AsText(this HistoryEntry entry) => JsonSerializer.Serialize(entry);

    private static HistoryText FullText() => new()
    {
        Diagnosis = string.Concat(Enumerable.Repeat("😀", HistoryRules.DiagnosisMaxLength / 2)),
        Treatment = "é\u0301 漢字 ﷽ $where {\"a\": 1}\r\n\tمرحبا".PadRight(HistoryRules.TreatmentMaxLength, 'Ж'),
        Notes = "\u200fעברית 'quoted' \\".PadRight(HistoryRules.NotesMaxLength, '漢'),
        RecordDate = new DateTimeOffset(1900, 1, 1, 0, 0, 0, 1, TimeSpan.Zero),
    };

    private static HistoryEntry With(this HistoryEntry entry, Func<HistoryEntry, HistoryEntry> next) => next(entry);

    private static HistoryEntry Succeeded(Result<HistoryEntry> result) => result.Succeeded
        ? result.Value
        : throw new ArgumentException($"{result.Error.Code} {string.Join("; ", result.Error.Fields.Select(f => $"{f.Key} {f.Value[0]}"))}", nameof(result));
}
