using StrokeCare.Accounts;
using StrokeCare.Risk;

namespace StrokeCare.Patients;

/// <summary>
/// A patient's record. It never changes in place: each method answers the next version, which a store writes only if
/// the version before it is still the stored one.
/// </summary>
public sealed record Patient
{
    public required PatientId Id { get; init; }

    /// <summary>1 for a new record, one more with each change; 0 for a document of an older system that never had one.</summary>
    public required long Version { get; init; }

    public required PatientDetails Details { get; init; }

    /// <summary>The account of the person themselves, if they have one.</summary>
    public UserId? UserId { get; init; }

    /// <summary>Where an imported row came from, for example <c>kaggle:9046</c>; decides "already present".</summary>
    public string? SourceKey { get; init; }

    public required RiskAssessment Risk { get; init; }

    public RiskLevel? PreviousRiskLevel { get; init; }

    public DateTimeOffset? RiskLevelChangedAt { get; init; }

    public UserId? CreatedBy { get; init; }

    public UserId? AssignedDoctorId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    public bool IsArchived => ArchivedAt is not null;

    /// <summary>Age in years as stored with this version: from the date of birth if there is one.</summary>
    public double? Age => Details.Age;

    public static Result<Patient> Register(PatientId id, PatientDetails details, Registration by, DateTimeOffset now)
    {
        var at = now.WholeMilliseconds();
        var check = Complete(details, at);
        if (!check.Succeeded) return check.Error;
        return new Patient
        {
            Id = id,
            Version = 1,
            Details = check.Value,
            SourceKey = by.SourceKey,
            UserId = by.UserId,
            CreatedBy = by.CreatedBy,
            AssignedDoctorId = by.AssignedDoctorId,
            Risk = RiskOf(check.Value, at),
            CreatedAt = at,
            UpdatedAt = at,
        };
    }

    /// <summary>The first version of a record that an older system left. What is asked of new input is not asked of it: what it lacks is not known.</summary>
    public static Patient Adopt(PatientId id, PatientDetails details, DateTimeOffset now)
    {
        var at = now.WholeMilliseconds();
        var known = details.DateOfBirth is { } birth && birth <= at.UtcDay() ? new PatientDetails(details) { Age = Math.Round(PatientRules.AgeOn(birth, at.UtcDay()), 2) } : details;
        return new() { Id = id, Version = 1, Details = known, Risk = RiskOf(known, at), CreatedAt = at, UpdatedAt = at };
    }

    /// <summary>The next version with these details in place of the old ones; its risk computed anew.</summary>
    public Result<Patient> Amend(PatientDetails details, UserId? assignedDoctorId, DateTimeOffset now)
    {
        var at = now.WholeMilliseconds();
        var check = Complete(details, at);
        if (!check.Succeeded) return check.Error;
        var risk = RiskOf(check.Value, at);
        var levelChanged = risk.Level != Risk.Level;
        return this with
        {
            Version = Version + 1,
            Details = check.Value,
            AssignedDoctorId = assignedDoctorId,
            Risk = risk,
            PreviousRiskLevel = levelChanged ? Risk.Level : PreviousRiskLevel,
            RiskLevelChangedAt = levelChanged ? at : RiskLevelChangedAt,
            UpdatedAt = at,
        };
    }

    public Patient Archive(DateTimeOffset now) => this with
    {
        Version = Version + 1,
        ArchivedAt = now.WholeMilliseconds(),
        UpdatedAt = now.WholeMilliseconds(),
    };

    public Patient Link(UserId user, DateTimeOffset now) => this with
    {
        Version = Version + 1,
        UserId = user,
        UpdatedAt = now.WholeMilliseconds(),
    };

    public Patient Reassign(UserId doctor, DateTimeOffset now) => this with
    {
        Version = Version + 1,
        AssignedDoctorId = doctor,
        UpdatedAt = now.WholeMilliseconds(),
    };

    public Patient Restore(UserId? assignedDoctorId, DateTimeOffset now) => this with
    {
        Version = Version + 1,
        ArchivedAt = null,
        AssignedDoctorId = assignedDoctorId,
        UpdatedAt = now.WholeMilliseconds(),
    };

    /// <summary>The scores for this patient as of <paramref name="now"/>, the published ones first.</summary>
    public RiskReport ReportRisk(DateTimeOffset now) => RiskReport.For(InputsOf(Details, now.UtcDay()), Core4Model.Shipped, now);

    private static Result<PatientDetails> Complete(PatientDetails details, DateTimeOffset now)
    {
        var today = now.UtcDay();
        var check = PatientRules.Check(details, today);
        if (!check.Succeeded || check.Value.DateOfBirth is not { } birth) return check;
        return check.Value with { Age = Math.Round(PatientRules.AgeOn(birth, today), 2) };
    }

    private static RiskAssessment RiskOf(PatientDetails details, DateTimeOffset now) =>
        RiskAssessment.Assess(InputsOf(details, now.UtcDay()), Core4Model.Shipped, now);

    private static RiskInputs InputsOf(PatientDetails details, DateOnly today) => new()
    {
        Age = details.DateOfBirth is { } birth ? PatientRules.AgeOn(birth, today) : details.Age,
        Sex = details.Gender switch
        {
            Gender.Male => Sex.Male,
            Gender.Female => Sex.Female,
            Gender.Other => Sex.Other,
            null => null,
        },
        Hypertension = details.Hypertension,
        HeartDisease = details.HeartDisease,
        AverageGlucose = details.AvgGlucoseLevel,
        SystolicBloodPressure = details.Sbp,
        BloodPressureTreated = details.BpTreated,
        Diabetes = details.Diabetes,
        AtrialFibrillation = details.AtrialFibrillation,
        LeftVentricularHypertrophy = details.Lvh,
        PriorCvd = details.PriorCvd,
        Smokes = details.SmokingStatus switch
        {
            SmokingStatus.Smokes => true,
            SmokingStatus.NeverSmoked or SmokingStatus.FormerlySmoked => false,
            SmokingStatus.Unknown or null => null,
        },
        PriorStroke = details.Stroke == true,
    };
}

/// <summary>Who brings a new record in, and from where.</summary>
public sealed record Registration
{
    public UserId? CreatedBy { get; init; }

    public UserId? AssignedDoctorId { get; init; }

    public UserId? UserId { get; init; }

    public string? SourceKey { get; init; }
}
