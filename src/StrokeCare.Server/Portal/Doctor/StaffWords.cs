using System.Globalization;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>What staff read: short, clinical, and unknown is written out.</summary>
internal static class StaffWords
{
    public static string NameOf(PatientSummary patient) => Words.Name(patient.FirstName, patient.LastName, "Name not known");

    /// <summary>Born 27-Mar-1956 (70 y), Female, MRN 12345. The age is that of today, not the one stored at the last change.</summary>
    public static IReadOnlyList<string> Identity(PatientSummary patient, DateOnly today) => Identity((patient.DateOfBirth, patient.Age), patient.Gender, patient.Mrn, today);

    public static IReadOnlyList<string> Identity(PatientDetails details, DateOnly today) => Identity((details.DateOfBirth, details.Age), details.Gender, details.Mrn, today);

    public static string Born(DateOnly? birth, double? age) => birth is { } day
        ? $"Born {Words.Clinical(day)} ({Years(age) ?? "age not known"})"
        : $"Date of birth not known ({Years(age) ?? "age not known"})";

    public static string? Years(double? age) => age is { } years ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(years):0} y") : null;

    public static string Of(Urgency urgency) => urgency switch { Urgency.Routine => "Routine", Urgency.Urgent => "Urgent", Urgency.Emergency => "Emergency" };

    /// <summary>An appointment as readers hear it beside its buttons: Ada Marsh at 09:30.</summary>
    public static string Of(WorkItem item) => $"{(item.Patient is { } who ? NameOf(who) : "another doctor's patient")} at {Words.Of(item.Appointment.Time)}";

    /// <summary>What a page says after a press of one of <see cref="StatusButtons"/>; null for anything else.</summary>
    public static string? DoneText(string? status) => status switch
    {
        "Arrived" => "Marked as arrived.",
        "Completed" => "Marked as completed.",
        "NoShow" => "Marked as missed.",
        _ => null,
    };

    /// <summary>The demonstration number as it stands in a list; empty when there is none.</summary>
    public static string Percent(double? probability) => probability is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number * 100:0}\u00A0%") : "";

    public static string Of(DuplicateReason reason) => reason switch
    {
        DuplicateReason.SameMrn => "same MRN",
        DuplicateReason.SameName => "same name",
        DuplicateReason.SimilarName => "similar name",
        DuplicateReason.SameDateOfBirth => "same date of birth",
        DuplicateReason.DayMonthSwapped => "day and month of birth exchanged",
        DuplicateReason.SamePhone => "same phone number",
    };

    /// <summary>What became of the risk with the record's last change.</summary>
    public static string NewRisk(Patient patient)
    {
        var number = patient.Risk.Probability is { } probability ? $", {Percent(probability)}" : "";
        var band = $"Demonstration number now: {Words.Of(patient.Risk.Level).ToLowerInvariant()}{number}.";
        return patient.RiskLevelChangedAt == patient.UpdatedAt && patient.PreviousRiskLevel is { } before ? $"{band} The band was {Words.Of(before).ToLowerInvariant()} before." : band;
    }

    /// <summary>The inputs of scores as clinicians name them.</summary>
    public static string Input(string name) => name switch
    {
        "age" => "age",
        "gender" or "sex" => "gender",
        "hypertension" => "hypertension",
        "heart_disease" => "heart disease",
        "avg_glucose_level" => "average glucose",
        "sbp" => "systolic blood pressure",
        "bp_treated" => "blood pressure treatment",
        "diabetes" => "diabetes",
        "atrial_fibrillation" => "atrial fibrillation",
        "lvh" => "left ventricular hypertrophy",
        "prior_cvd" => "prior cardiovascular disease",
        "smoking_status" or "smokes" => "smoking",
        _ => name.Replace('_', ' '),
    };

    /// <summary>What risk is worked out from, with units; null is not known.</summary>
    public static IReadOnlyList<(string Name, string? Value)> Factors(PatientDetails details) =>
    [
        ("Hypertension", Words.YesNo(details.Hypertension)),
        ("Systolic blood pressure", details.Sbp is { } pressure ? Words.Number(pressure, "mmHg") : null),
        ("Blood pressure treated", Words.YesNo(details.BpTreated)),
        ("Heart disease", Words.YesNo(details.HeartDisease)),
        ("Prior cardiovascular disease", Words.YesNo(details.PriorCvd)),
        ("Atrial fibrillation", Words.YesNo(details.AtrialFibrillation)),
        ("Left ventricular hypertrophy (ECG)", Words.YesNo(details.Lvh)),
        ("Diabetes", Words.YesNo(details.Diabetes)),
        ("Average glucose", details.AvgGlucoseLevel is { } sugar ? $"{Words.Number(sugar, "mg/dL")} ({Words.Number(sugar / RecordFacts.GlucoseUnit, "mmol/L")})" : null),
        ("Body mass index", details.Bmi is { } bmi ? Words.Number(bmi, "kg/m²") : null),
        ("Smoking", details.SmokingStatus is { } smoking and not SmokingStatus.Unknown ? Words.Capital(Spelling.Of(smoking)) : null),
        ("Work", details.WorkType is { } work ? Words.Capital(Spelling.Of(work).Replace('_', ' ')) : null),
        ("Residence", details.ResidenceType is { } residence ? Spelling.Of(residence) : null),
        ("Ever married", Words.YesNo(details.EverMarried)),
    ];

    private static string[] Identity((DateOnly? Birth, double? Age) born, Gender? gender, string? mrn, DateOnly today) =>
    [
        Born(born.Birth, born.Birth is { } birth ? PatientRules.AgeOn(birth, today) : born.Age), gender is { } one ? Spelling.Of(one) : "Gender not known", mrn is null ? "MRN not known" : $"MRN\u00A0{mrn}",
    ];
}
