using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>What is known of somebody's health, in the words of the pages; null is not known.</summary>
internal static class RecordFacts
{
    // mg/dL of glucose in one mmol/L.
    private const double GlucoseUnit = 18.016;

    public static IReadOnlyList<(string Name, string? Value)> Health(PatientDetails details) =>
    [
        ("Stroke before", Words.YesNo(details.Stroke)),
        ("High blood pressure", Words.YesNo(details.Hypertension)),
        ("Blood pressure (upper number)", details.Sbp is { } pressure ? Words.Number(pressure, "mmHg") : null),
        ("Medicine for blood pressure", Words.YesNo(details.BpTreated)),
        ("Heart disease", Words.YesNo(details.HeartDisease)),
        ("Uneven heart beat (atrial fibrillation)", Words.YesNo(details.AtrialFibrillation)),
        ("Diabetes", Words.YesNo(details.Diabetes)),
        ("Blood sugar", details.AvgGlucoseLevel is { } sugar ? $"{Words.Number(sugar, "mg/dL")} ({Words.Number(sugar / GlucoseUnit, "mmol/L")})" : null),
        ("Body mass index", details.Bmi is { } bmi ? Words.Number(bmi, "kg/m²") : null),
        ("Smoking", details.SmokingStatus switch
        {
            SmokingStatus.Smokes => "Smokes",
            SmokingStatus.FormerlySmoked => "Does not smoke any more",
            SmokingStatus.NeverSmoked => "Never smoked",
            SmokingStatus.Unknown or null => null,
        }),
    ];
}
