using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>What risk is worked out from, as typed.</summary>
public class FactorInput
{
    public string? Stroke { get; set; }

    public string? Hypertension { get; set; }

    public string? Sbp { get; set; }

    public string? BpTreated { get; set; }

    public string? HeartDisease { get; set; }

    public string? PriorCvd { get; set; }

    public string? AtrialFibrillation { get; set; }

    public string? Lvh { get; set; }

    public string? Diabetes { get; set; }

    public string? Glucose { get; set; }

    public string? Bmi { get; set; }

    public string? Smoking { get; set; }

    public string? Work { get; set; }

    public string? Residence { get; set; }

    public string? Married { get; set; }

    public string? ReviewDay { get; set; }

    public string? ReviewMonth { get; set; }

    public string? ReviewYear { get; set; }

    /// <summary>These factors, with everything else as <paramref name="others"/> have it.</summary>
    internal PatientDetails Read(PatientDetails others, TypedValues typed) => new(others)
    {
        Stroke = TypedValues.YesNo(Stroke),
        Hypertension = TypedValues.YesNo(Hypertension),
        Sbp = typed.Number("sbp", Sbp),
        BpTreated = TypedValues.YesNo(BpTreated),
        HeartDisease = TypedValues.YesNo(HeartDisease),
        PriorCvd = TypedValues.YesNo(PriorCvd),
        AtrialFibrillation = TypedValues.YesNo(AtrialFibrillation),
        Lvh = TypedValues.YesNo(Lvh),
        Diabetes = TypedValues.YesNo(Diabetes),
        AvgGlucoseLevel = typed.Number("avg_glucose_level", Glucose),
        Bmi = typed.Number("bmi", Bmi),
        SmokingStatus = Spelling.TryParse<SmokingStatus>(Smoking, out var smoking) ? smoking : null,
        WorkType = Spelling.TryParse<WorkType>(Work, out var work) ? work : null,
        ResidenceType = Spelling.TryParse<ResidenceType>(Residence, out var residence) ? residence : null,
        EverMarried = TypedValues.YesNo(Married),
        NextReviewOn = typed.Date("next_review_on", new(ReviewDay, ReviewMonth, ReviewYear)),
    };
}

/// <summary>The form of a record's factors.</summary>
public sealed class FactorsInput : FactorInput, IRecordInput
{
    public string? Version { get; set; }

    public string? Was { get; set; }
}
