using System.Data.Common;
using System.Text.Json;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.History;

/// <summary>An entry as columns, in one order for writing and reading.</summary>
internal static class HistoryColumns
{
    public static readonly (string Name, SqlType Type)[] All =
    [
        ("id", SqlType.Text), ("patient_id", SqlType.Text), ("version", SqlType.Long), ("record_date", SqlType.Long), ("diagnosis", SqlType.Text),
        ("treatment", SqlType.Text), ("notes", SqlType.Text), ("entered_in_error", SqlType.Bool), ("amendments", SqlType.Text),
        ("recorded_by", SqlType.Int), ("recorded_by_name", SqlType.Text), ("created_at", SqlType.Long), (Terms, SqlType.Text),
    ];

    /// <summary>What the entry is found by, as JSON. Written with all else and never read with it.</summary>
    public const string Terms = "search_terms";

    public static readonly string Names = string.Join(", ", All.Select(c => c.Name).Where(name => name != Terms));

    public static readonly string Written = string.Join(", ", All.Select(c => c.Name));

    public static object?[] Values(HistoryEntry entry) =>
    [
        entry.Id.ToString(), entry.PatientId.ToString(), entry.Version, entry.Text.RecordDate.ToUnixTimeMilliseconds(), entry.Text.Diagnosis,
        entry.Text.Treatment, entry.Text.Notes, entry.EnteredInError,
        entry.Amendments.Count == 0 ? null : JsonSerializer.Serialize(entry.Amendments, SqlJson.Default.IReadOnlyListHistoryAmendment),
        entry.RecordedBy?.Value, entry.RecordedByName, entry.CreatedAt.ToUnixTimeMilliseconds(),
        PatientColumns.TermsOf(HistoryTerms.Of(entry.Text)),
    ];

    public static HistoryEntry Read(DbDataReader row) => new()
    {
        Id = new(ClinicalId.Parse(row.GetString(0))),
        PatientId = new(ClinicalId.Parse(row.GetString(1))),
        Version = row.GetInt64(2),
        Text = new() { RecordDate = row.Milliseconds(3), Diagnosis = row.GetString(4), Treatment = row.Text(5), Notes = row.Text(6) },
        EnteredInError = row.GetBoolean(7),
        Amendments = row.Text(8) is { } amendments ? JsonSerializer.Deserialize(amendments, SqlJson.Default.IReadOnlyListHistoryAmendment)! : [],
        RecordedBy = PatientColumns.User(row, 9),
        RecordedByName = row.Text(10),
        CreatedAt = row.Milliseconds(11),
    };
}
