using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Bench.ByHand;

/// <summary>
/// A patient as a row, written out by hand. The JSON of risk and change comes from the product's own source-generated
/// serialiser, the search terms from its own function: both sides pay the same for them and store the same text.
/// </summary>
internal static class PatientRow
{
    public static readonly string[] Columns =
    [
        "id", "version", "mrn", "user_id", "source_key", "first_name", "last_name", "date_of_birth", "phone", "email", "gender", "age",
        "hypertension", "heart_disease", "ever_married", "work_type", "residence_type", "avg_glucose_level", "bmi", "smoking_status", "stroke",
        "sbp", "bp_treated", "diabetes", "atrial_fibrillation", "lvh", "prior_cvd", "next_review_on", "extra", "stroke_risk", "risk_level",
        "previous_risk_level", "risk_level_changed_at", "risk", "created_by", "assigned_doctor_id", "created_at", "updated_at", "archived_at",
        "search_terms",
    ];

    public static readonly string[] OutboxColumns = ["change_id", "entity_type", "entity_id", "entity_version", "created_at", "change"];

    public const string SummaryColumns =
        "id, version, mrn, first_name, last_name, gender, age, date_of_birth, stroke_risk, risk_level, assigned_doctor_id, next_review_on, created_at, updated_at";

    public static string Insert { get; } = Statement("patients", Columns);

    public static string InsertOutbox { get; } = Statement("outbox", OutboxColumns);

    /// <summary>Record and change in one statement, where the dialect has it (PostgreSQL): the change only if the record went in.</summary>
    public static string InsertBoth { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"WITH added AS ({Insert} RETURNING id) INSERT INTO outbox ({string.Join(", ", OutboxColumns)}) SELECT {Places(OutboxColumns.Length, Columns.Length)} FROM added");

    public static string Find { get; } = $"SELECT {string.Join(", ", Columns[..^1])} FROM patients WHERE id = $1";

    public static string PageOfDoctor { get; } = $"SELECT {SummaryColumns} FROM patients WHERE archived_at IS NULL AND assigned_doctor_id = $1 ORDER BY id DESC LIMIT $2";

    public static string PageBelow { get; } = $"SELECT {SummaryColumns} FROM patients WHERE archived_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2";

    public static object?[] Values(Patient p)
    {
        var d = p.Details;
        return
        [
            p.Id.ToString(), p.Version, d.Mrn, p.UserId?.Value, p.SourceKey, d.FirstName, d.LastName, d.DateOfBirth, d.Phone, d.Email,
            Text(d.Gender), d.Age, d.Hypertension, d.HeartDisease, d.EverMarried, Text(d.WorkType), Text(d.ResidenceType), d.AvgGlucoseLevel, d.Bmi,
            Text(d.SmokingStatus), d.Stroke, d.Sbp, d.BpTreated, d.Diabetes, d.AtrialFibrillation, d.Lvh, d.PriorCvd, d.NextReviewOn,
            d.Extra is null ? null : JsonSerializer.Serialize(d.Extra, SqlJson.Default.IReadOnlyDictionaryStringJsonElement),
            p.Risk.Probability, p.Risk.Level.ToWire(), p.PreviousRiskLevel?.ToWire(), p.RiskLevelChangedAt?.ToUnixTimeMilliseconds(),
            JsonSerializer.Serialize(p.Risk, SqlJson.Default.RiskAssessment),
            p.CreatedBy?.Value, p.AssignedDoctorId?.Value, p.CreatedAt.ToUnixTimeMilliseconds(), p.UpdatedAt.ToUnixTimeMilliseconds(),
            p.ArchivedAt?.ToUnixTimeMilliseconds(), JsonSerializer.Serialize([.. SearchTerms.Of(p)], SqlJson.Default.StringArray),
        ];
    }

    public static object?[] OutboxValues(Change change) =>
    [
        change.ChangeId, change.EntityType!.Value.Wire(), change.EntityId, change.EntityVersion, change.At.ToUnixTimeMilliseconds(),
        JsonSerializer.Serialize(change, SqlJson.Default.Change),
    ];

    public static Patient Read(DbDataReader row) => new()
    {
        Id = new(ClinicalId.Parse(row.GetString(0))),
        Version = row.GetInt64(1),
        UserId = Value<int>(row, 3) is { } user ? new UserId(user) : null,
        SourceKey = String(row, 4),
        Details = ReadDetails(row),
        PreviousRiskLevel = Level(String(row, 31)),
        RiskLevelChangedAt = Moment(row, 32),
        Risk = JsonSerializer.Deserialize(row.GetString(33), SqlJson.Default.RiskAssessment)!,
        CreatedBy = Value<int>(row, 34) is { } creator ? new UserId(creator) : null,
        AssignedDoctorId = Value<int>(row, 35) is { } doctor ? new UserId(doctor) : null,
        CreatedAt = Moment(row, 36)!.Value,
        UpdatedAt = Moment(row, 37)!.Value,
        ArchivedAt = Moment(row, 38),
    };

    public static PatientSummary ReadSummary(DbDataReader row) => new()
    {
        Id = new(ClinicalId.Parse(row.GetString(0))),
        Version = row.GetInt64(1),
        Mrn = String(row, 2),
        FirstName = String(row, 3),
        LastName = String(row, 4),
        Gender = Spelled<Gender>(row, 5),
        Age = Value<double>(row, 6),
        DateOfBirth = Day(row, 7),
        StrokeRisk = Value<double>(row, 8),
        RiskLevel = Level(row.GetString(9))!.Value,
        AssignedDoctorId = Value<int>(row, 10) is { } doctor ? new UserId(doctor) : null,
        NextReviewOn = Day(row, 11),
        CreatedAt = Moment(row, 12)!.Value,
        UpdatedAt = Moment(row, 13)!.Value,
    };

    private static PatientDetails ReadDetails(DbDataReader row) => new()
    {
        Mrn = String(row, 2),
        FirstName = String(row, 5),
        LastName = String(row, 6),
        DateOfBirth = Day(row, 7),
        Phone = String(row, 8),
        Email = String(row, 9),
        Gender = Spelled<Gender>(row, 10),
        Age = Value<double>(row, 11),
        Hypertension = Value<bool>(row, 12),
        HeartDisease = Value<bool>(row, 13),
        EverMarried = Value<bool>(row, 14),
        WorkType = Spelled<WorkType>(row, 15),
        ResidenceType = Spelled<ResidenceType>(row, 16),
        AvgGlucoseLevel = Value<double>(row, 17),
        Bmi = Value<double>(row, 18),
        SmokingStatus = Spelled<SmokingStatus>(row, 19),
        Stroke = Value<bool>(row, 20),
        Sbp = Value<double>(row, 21),
        BpTreated = Value<bool>(row, 22),
        Diabetes = Value<bool>(row, 23),
        AtrialFibrillation = Value<bool>(row, 24),
        Lvh = Value<bool>(row, 25),
        PriorCvd = Value<bool>(row, 26),
        NextReviewOn = Day(row, 27),
        Extra = String(row, 28) is { } extra ? JsonSerializer.Deserialize(extra, SqlJson.Default.IReadOnlyDictionaryStringJsonElement) : null,
    };

    private static string Statement(string table, string[] columns) => string.Create(
        CultureInfo.InvariantCulture,
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({Places(columns.Length, 0)}) ON CONFLICT DO NOTHING");

    private static string Places(int count, int after) => string.Join(", ", Enumerable.Range(after + 1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"${i}")));

    private static string? Text<T>(T? value)
        where T : struct, Enum => value is { } known ? Spelling.Of(known) : null;

    private static T? Spelled<T>(DbDataReader row, int column)
        where T : struct, Enum => Spelling.TryParse<T>(String(row, column), out var value) ? value : null;

    private static RiskLevel? Level(string? text) => RiskLevels.TryParse(text, out var level) ? level : null;

    private static string? String(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static T? Value<T>(DbDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static DateOnly? Day(DbDataReader row, int column) => Value<DateOnly>(row, column);

    private static DateTimeOffset? Moment(DbDataReader row, int column) =>
        Value<long>(row, column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
