using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Patients;

/// <summary>Test data: <c>APatient().With(mrn: "A1", doctor: 7)</c>. No two patients share an id, and nothing else unless told to.</summary>
public static class PatientBuilder
{
    private static readonly ClinicalIds Ids = new(TimeProvider.System);
    private static int last;

    /// <summary>Now, in the whole milliseconds that every store keeps.</summary>
    public static DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public static PatientId NewId() => new(Ids.Next());

    /// <summary>A text no other test uses: <c>A-1f03-12</c>.</summary>
    public static string Unique(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}-{Interlocked.Increment(ref last)}");

    /// <summary>An account number no other test of this run uses.</summary>
    public static int UniqueUser() => 1000 + Interlocked.Increment(ref last);

    public static Patient APatient() => Registered(NewId(), new PatientDetails
    {
        Gender = Gender.Female,
        Age = 61,
        Hypertension = true,
        HeartDisease = false,
        AvgGlucoseLevel = 171.23,
        Bmi = 34.4,
    }, new Registration());

    /// <summary>The same patient with these values; what is left out stays. The risk follows, unless a level is given.</summary>
    public static Patient With(
        this Patient patient, string? mrn = null, int? doctor = null, int? user = null, string? sourceKey = null, double? age = null,
        RiskLevel? level = null, PatientId? id = null, PatientDetails? details = null)
    {
        var all = details ?? patient.Details;
        var built = Registered(id ?? patient.Id, all with { Mrn = mrn ?? all.Mrn, Age = age ?? all.Age }, new Registration
        {
            CreatedBy = patient.CreatedBy,
            AssignedDoctorId = doctor is { } number ? new UserId(number) : patient.AssignedDoctorId,
            UserId = user is { } account ? new UserId(account) : patient.UserId,
            SourceKey = sourceKey ?? patient.SourceKey,
        });
        return level is { } told ? built with { Risk = built.Risk with { Level = told } } : built;
    }

    /// <summary>Every field set, texts as long as they may be and from several scripts, numbers that do not survive a careless conversion.</summary>
    public static Patient WithEverything() => Registered(NewId(), new PatientDetails
    {
        Gender = Gender.Other,
        Age = 0.08,
        DateOfBirth = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-30),
        Hypertension = false,
        HeartDisease = true,
        EverMarried = true,
        WorkType = WorkType.NeverWorked,
        ResidenceType = ResidenceType.Rural,
        AvgGlucoseLevel = 0.1 + 0.2,
        Bmi = 150,
        SmokingStatus = SmokingStatus.FormerlySmoked,
        Stroke = true,
        Mrn = Unique("é").PadRight(PatientRules.MrnMaxLength, 'Ж'),
        FirstName = string.Concat(Enumerable.Repeat("😀", PatientRules.NameMaxLength / 2)),
        LastName = "O'Brien \"$ne\" \\ {'a': 1} \u00e9\u0301 漢字 ﷽",
        Phone = new string('9', PatientRules.PhoneMaxLength),
        Email = "ünïcode@" + new string('x', PatientRules.EmailMaxLength - 8),
        NextReviewOn = new DateOnly(2031, 2, 28),
        Sbp = 181.5,
        BpTreated = true,
        Diabetes = false,
        AtrialFibrillation = true,
        Lvh = false,
        PriorCvd = true,
        Extra = FullExtra(),
    }, new Registration { CreatedBy = new(3), AssignedDoctorId = new(4), UserId = new(UniqueUser()), SourceKey = Unique("kaggle") }) with
    {
        PreviousRiskLevel = RiskLevel.VeryHigh,
        RiskLevelChangedAt = new DateTimeOffset(2024, 2, 29, 23, 59, 59, 999, TimeSpan.Zero),
    };

    /// <summary>Nothing known but the id: what an older system may have left.</summary>
    public static Patient WithNothing() => APatient() with { Details = new PatientDetails { Gender = null } };

    /// <summary>The next version, its details changed.</summary>
    public static Patient Next(this Patient patient, Func<PatientDetails, PatientDetails> change) =>
        Succeeded(patient.Amend(change(patient.Details), patient.AssignedDoctorId, Now));

    /// <summary>What the log will say about this version, with every column filled.</summary>
    public static Change AsChange(this Patient patient, AuditAction action = AuditAction.PatientUpdated) => new()
    {
        ChangeId = Change.NewId(),
        Action = action,
        At = Now,
        Description = $"{action} – «é» 漢",
        Status = AuditStatus.Success,
        Severity = AuditSeverity.Medium,
        EntityType = EntityType.Patient,
        EntityId = patient.Id.ToString(),
        EntityVersion = patient.Version,
        ActorId = new(17),
        ActorName = "dr.grün",
        ActorRole = Role.Doctor,
        TargetUserId = new(18),
        TargetUsername = "someone",
        IpAddress = "2001:db8::1",
        UserAgent = "tests/1.0 (😀)",
        AdditionalData = """{"a": 1, "b": [2, 3]}""",
    };

    public static PatientAdded AsAdded(this Patient patient) => new(patient, patient.AsChange(AuditAction.PatientCreated));

    /// <summary>All of a record as text, so that two are equal exactly when their texts are.</summary>
    public static string AsText(this Patient patient) => JsonSerializer.Serialize(patient with
    {
        Details = patient.Details with { Extra = patient.Details.Extra?.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary() },
    });

    private static Patient Registered(PatientId id, PatientDetails details, Registration by) => Succeeded(Patient.Register(id, details, by, Now));

    private static Patient Succeeded(Result<Patient> result) => result.Succeeded
        ? result.Value
        : throw new ArgumentException(string.Join("; ", result.Error.Fields.Select(f => $"{f.Key} {string.Join(' ', f.Value)}")), nameof(result));

    private static Dictionary<string, JsonElement> FullExtra()
    {
        var values = new[]
        {
            "true", "false", "0", "-0", "1.10", "1e5", "0.1", "2147483648", "9007199254740993", "12345678901234567890", "1E-7", "-1.5",
            "\"\"", "\"漢字 😀 $where\"", JsonSerializer.Serialize(new string('x', PatientRules.ExtraValueMaxLength)),
        };
        return Enumerable.Range(0, PatientRules.ExtraMaxKeys).ToDictionary(
            i => i == 0 ? new string('k', PatientRules.ExtraKeyMaxLength) : $"Feld {i} é",
            i => JsonElement.Parse(values[i % values.Length]));
    }
}
