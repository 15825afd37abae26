using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Api;

/// <summary>A patient's record as the API answers it: its ids and risk, then every detail.</summary>
internal sealed record PatientRecord : PatientDetails
{
    [SetsRequiredMembers]
    public PatientRecord(Patient patient)
        : base(patient.Details)
    {
        PatientId = Id = patient.Id;
        Version = patient.Version;
        StrokeRisk = patient.Risk.Probability;
        RiskLevel = patient.Risk.Level;
        Risk = patient.Risk;
        PreviousRiskLevel = patient.PreviousRiskLevel;
        RiskLevelChangedAt = patient.RiskLevelChangedAt;
        UserId = patient.UserId;
        AssignedDoctorId = patient.AssignedDoctorId;
        CreatedBy = patient.CreatedBy;
        SourceKey = patient.SourceKey;
        CreatedAt = patient.CreatedAt;
        UpdatedAt = patient.UpdatedAt;
        ArchivedAt = patient.ArchivedAt;
    }

    public PatientId PatientId { get; }

    public PatientId Id { get; }

    public long Version { get; }

    /// <summary>The demonstration model's probability, 0 to 1; null when not assessed.</summary>
    public double? StrokeRisk { get; }

    public RiskLevel RiskLevel { get; }

    public RiskAssessment Risk { get; }

    public RiskLevel? PreviousRiskLevel { get; }

    public DateTimeOffset? RiskLevelChangedAt { get; }

    public UserId? UserId { get; }

    public UserId? AssignedDoctorId { get; }

    public UserId? CreatedBy { get; }

    public string? SourceKey { get; }

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset UpdatedAt { get; }

    public DateTimeOffset? ArchivedAt { get; }
}

/// <summary>A list: its items, and the cursor to ask for the ones after them; null at the end.</summary>
internal sealed record ItemList<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>What the list of patients shows of one, with the doctor's name when it was asked for.</summary>
internal sealed record ListedPatient
{
    public ListedPatient(PatientSummary patient, IReadOnlyDictionary<UserId, DoctorName>? doctors)
    {
        Patient = patient;
        Doctor = patient.AssignedDoctorId is { } id ? doctors?.GetValueOrDefault(id) : null;
    }

    [JsonIgnore]
    public PatientSummary Patient { get; }

    public PatientId Id => Patient.Id;

    public long Version => Patient.Version;

    public string? Mrn => Patient.Mrn;

    public string? FirstName => Patient.FirstName;

    public string? LastName => Patient.LastName;

    public Gender? Gender => Patient.Gender;

    public double? Age => Patient.Age;

    public DateOnly? DateOfBirth => Patient.DateOfBirth;

    public double? StrokeRisk => Patient.StrokeRisk;

    public RiskLevel RiskLevel => Patient.RiskLevel;

    public UserId? AssignedDoctorId => Patient.AssignedDoctorId;

    /// <summary>Present only with <c>include=doctor</c> and an assigned doctor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DoctorName? Doctor { get; }

    public DateOnly? NextReviewOn => Patient.NextReviewOn;

    public DateTimeOffset CreatedAt => Patient.CreatedAt;

    public DateTimeOffset UpdatedAt => Patient.UpdatedAt;
}
