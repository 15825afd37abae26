using System.Text.Json;

namespace StrokeCare.Patients;

/// <summary>
/// What a clinician writes about a patient. Null means "not known", never "normal". <c>stroke</c> is a prior stroke,
/// shown but never an input of the model.
/// </summary>
public record PatientDetails
{
    public PatientDetails()
    {
    }

    /// <summary>The details alone of a command that carries more.</summary>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public PatientDetails(PatientDetails original)
    {
        Gender = original.Gender;
        Age = original.Age;
        DateOfBirth = original.DateOfBirth;
        Hypertension = original.Hypertension;
        HeartDisease = original.HeartDisease;
        EverMarried = original.EverMarried;
        WorkType = original.WorkType;
        ResidenceType = original.ResidenceType;
        AvgGlucoseLevel = original.AvgGlucoseLevel;
        Bmi = original.Bmi;
        SmokingStatus = original.SmokingStatus;
        Stroke = original.Stroke;
        Mrn = original.Mrn;
        FirstName = original.FirstName;
        LastName = original.LastName;
        Phone = original.Phone;
        Email = original.Email;
        NextReviewOn = original.NextReviewOn;
        Sbp = original.Sbp;
        BpTreated = original.BpTreated;
        Diabetes = original.Diabetes;
        AtrialFibrillation = original.AtrialFibrillation;
        Lvh = original.Lvh;
        PriorCvd = original.PriorCvd;
        Extra = original.Extra;
    }

    public required Gender? Gender { get; init; }

    /// <summary>Years, 0 to 120, fractions for infants. The date of birth wins over it.</summary>
    public double? Age { get; init; }

    public DateOnly? DateOfBirth { get; init; }

    public bool? Hypertension { get; init; }

    public bool? HeartDisease { get; init; }

    public bool? EverMarried { get; init; }

    public WorkType? WorkType { get; init; }

    public ResidenceType? ResidenceType { get; init; }

    /// <summary>mg/dL, not known to be fasting; above 0, at most 2,000.</summary>
    public double? AvgGlucoseLevel { get; init; }

    /// <summary>kg/m², 5 to 150.</summary>
    public double? Bmi { get; init; }

    public SmokingStatus? SmokingStatus { get; init; }

    public bool? Stroke { get; init; }

    /// <summary>The clinic's medical record number; unique for ever, archived patients keep theirs.</summary>
    public string? Mrn { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public DateOnly? NextReviewOn { get; init; }

    /// <summary>Systolic blood pressure, mmHg, 40 to 350.</summary>
    public double? Sbp { get; init; }

    public bool? BpTreated { get; init; }

    public bool? Diabetes { get; init; }

    public bool? AtrialFibrillation { get; init; }

    /// <summary>Left ventricular hypertrophy on the ECG.</summary>
    public bool? Lvh { get; init; }

    /// <summary>Prior cardiovascular disease: myocardial infarction, angina, coronary insufficiency, claudication or heart failure.</summary>
    public bool? PriorCvd { get; init; }

    /// <summary>The clinic's own fields: at most 50 keys of text, numbers and yes/no, kept as they come.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Extra { get; init; }
}
