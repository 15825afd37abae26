using System.Data.Common;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>A patient as columns, in one order for writing and reading.</summary>
internal static class PatientColumns
{
    public static readonly (string Name, SqlType Type)[] All =
    [
        ("id", SqlType.Text), ("version", SqlType.Long), ("mrn", SqlType.Text), ("user_id", SqlType.Int), ("source_key", SqlType.Text),
        ("first_name", SqlType.Text), ("last_name", SqlType.Text), ("date_of_birth", SqlType.Date), ("phone", SqlType.Text), ("email", SqlType.Text),
        ("gender", SqlType.Text), ("age", SqlType.Real), ("hypertension", SqlType.Bool), ("heart_disease", SqlType.Bool), ("ever_married", SqlType.Bool),
        ("work_type", SqlType.Text), ("residence_type", SqlType.Text), ("avg_glucose_level", SqlType.Real), ("bmi", SqlType.Real),
        ("smoking_status", SqlType.Text), ("stroke", SqlType.Bool), ("sbp", SqlType.Real), ("bp_treated", SqlType.Bool), ("diabetes", SqlType.Bool),
        ("atrial_fibrillation", SqlType.Bool), ("lvh", SqlType.Bool), ("prior_cvd", SqlType.Bool), ("next_review_on", SqlType.Date), ("extra", SqlType.Text),
        ("stroke_risk", SqlType.Real), ("risk_level", SqlType.Text), ("previous_risk_level", SqlType.Text), ("risk_level_changed_at", SqlType.Long),
        ("risk", SqlType.Text), ("created_by", SqlType.Int), ("assigned_doctor_id", SqlType.Int), ("created_at", SqlType.Long), ("updated_at", SqlType.Long),
        ("archived_at", SqlType.Long), (Terms, SqlType.Text),
    ];

    /// <summary>What the record is found by, as JSON. Written with all else and never read with it.</summary>
    public const string Terms = "search_terms";

    public static readonly string Names = string.Join(", ", All.Select(c => c.Name).Where(name => name != Terms));

    public static object?[] Values(Patient patient)
    {
        var details = patient.Details;
        return
        [
            patient.Id.ToString(), patient.Version, details.Mrn, patient.UserId?.Value, patient.SourceKey,
            details.FirstName, details.LastName, details.DateOfBirth, details.Phone, details.Email,
            Spelled(details.Gender), details.Age, details.Hypertension, details.HeartDisease, details.EverMarried,
            Spelled(details.WorkType), Spelled(details.ResidenceType), details.AvgGlucoseLevel, details.Bmi,
            Spelled(details.SmokingStatus), details.Stroke, details.Sbp, details.BpTreated, details.Diabetes,
            details.AtrialFibrillation, details.Lvh, details.PriorCvd, details.NextReviewOn,
            details.Extra is null ? null : JsonSerializer.Serialize(details.Extra, SqlJson.Default.IReadOnlyDictionaryStringJsonElement),
            patient.Risk.Probability, patient.Risk.Level.ToWire(), patient.PreviousRiskLevel?.ToWire(), patient.RiskLevelChangedAt?.ToUnixTimeMilliseconds(),
            JsonSerializer.Serialize(patient.Risk, SqlJson.Default.RiskAssessment), patient.CreatedBy?.Value, patient.AssignedDoctorId?.Value,
            patient.CreatedAt.ToUnixTimeMilliseconds(), patient.UpdatedAt.ToUnixTimeMilliseconds(), patient.ArchivedAt?.ToUnixTimeMilliseconds(),
            TermsOf(SearchTerms.Of(patient)),
        ];
    }

    public static string TermsOf(IReadOnlyList<string> terms) => JsonSerializer.Serialize([.. terms], SqlJson.Default.StringArray);

    public static Patient Read(DbDataReader row) => new()
    {
        Id = new(ClinicalId.Parse(row.GetString(0))),
        Version = row.GetInt64(1),
        UserId = User(row, 3),
        SourceKey = row.Text(4),
        Details = ReadDetails(row),
        PreviousRiskLevel = row.Text(31) is { } previous ? Level(previous) : null,
        RiskLevelChangedAt = row.MillisecondsOrNull(32),
        Risk = JsonSerializer.Deserialize(row.GetString(33), SqlJson.Default.RiskAssessment)!,
        CreatedBy = User(row, 34),
        AssignedDoctorId = User(row, 35),
        CreatedAt = row.Milliseconds(36),
        UpdatedAt = row.Milliseconds(37),
        ArchivedAt = row.MillisecondsOrNull(38),
    };

    public static UserId? User(DbDataReader row, int i) => row.Int(i) is { } id ? new UserId(id) : null;

    public static RiskLevel Level(string wire) =>
        RiskLevels.TryParse(wire, out var level) ? level : throw new InvalidDataException("A stored risk level is none of the five.");

    public static T? Parsed<T>(string? text)
        where T : struct, Enum => Spelling.TryParse<T>(text, out var value) ? value : null;

    private static PatientDetails ReadDetails(DbDataReader row) => new()
    {
        Mrn = row.Text(2),
        FirstName = row.Text(5),
        LastName = row.Text(6),
        DateOfBirth = row.Date(7),
        Phone = row.Text(8),
        Email = row.Text(9),
        Gender = Parsed<Gender>(row.Text(10)),
        Age = row.Real(11),
        Hypertension = row.Bool(12),
        HeartDisease = row.Bool(13),
        EverMarried = row.Bool(14),
        WorkType = Parsed<WorkType>(row.Text(15)),
        ResidenceType = Parsed<ResidenceType>(row.Text(16)),
        AvgGlucoseLevel = row.Real(17),
        Bmi = row.Real(18),
        SmokingStatus = Parsed<SmokingStatus>(row.Text(19)),
        Stroke = row.Bool(20),
        Sbp = row.Real(21),
        BpTreated = row.Bool(22),
        Diabetes = row.Bool(23),
        AtrialFibrillation = row.Bool(24),
        Lvh = row.Bool(25),
        PriorCvd = row.Bool(26),
        NextReviewOn = row.Date(27),
        Extra = row.Text(28) is { } extra ? JsonSerializer.Deserialize(extra, SqlJson.Default.IReadOnlyDictionaryStringJsonElement) : null,
    };

    private static string? Spelled<T>(T? value)
        where T : struct, Enum => value is { } known ? Spelling.Of(known) : null;
}
