using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace StrokeCare.Risk;

/// <summary>The sex a published score was fitted for. <see cref="Other"/> is a recorded answer, not a missing one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Sex>))]
public enum Sex
{
    [JsonStringEnumMemberName("male")] Male,
    [JsonStringEnumMemberName("female")] Female,
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>
/// Everything the scores may look at; null means "not recorded" and is never filled in silently.
/// The training label is not among the inputs: <see cref="PriorStroke"/> only decides what is shown.
/// </summary>
public sealed record RiskInputs
{
    /// <summary>Years, fractions allowed; valid from 0 to 120.</summary>
    public double? Age { get; init; }

    public Sex? Sex { get; init; }
    public bool? Hypertension { get; init; }
    public bool? HeartDisease { get; init; }

    /// <summary>mg/dL, an average and not a fasting value: diabetes is never derived from it.</summary>
    public double? AverageGlucose { get; init; }

    /// <summary>mmHg.</summary>
    public double? SystolicBloodPressure { get; init; }

    public bool? BloodPressureTreated { get; init; }
    public bool? Diabetes { get; init; }
    public bool? AtrialFibrillation { get; init; }
    public bool? LeftVentricularHypertrophy { get; init; }

    /// <summary>Cardiovascular disease before today: coronary disease, heart failure or claudication.</summary>
    public bool? PriorCvd { get; init; }

    /// <summary>Smokes cigarettes now; a former smoker is false, "Unknown" is null.</summary>
    public bool? Smokes { get; init; }

    /// <summary>A stroke is on record. Shown, and rules out first-stroke scores; never enters the demonstration model.</summary>
    public bool PriorStroke { get; init; }

    /// <summary>The recorded values no formula can use, by field name. Ranges: age 0 to 120, glucose and pressure above 0, all finite.</summary>
    internal string[] InvalidFields()
    {
        var invalid = new List<string>(3);
        if (Age is { } age && !(age is >= 0 and <= 120))
            invalid.Add(FieldNames.Age);
        if (AverageGlucose is { } glucose && !(double.IsFinite(glucose) && glucose > 0))
            invalid.Add(FieldNames.AverageGlucose);
        if (SystolicBloodPressure is { } pressure && !(double.IsFinite(pressure) && pressure > 0))
            invalid.Add(FieldNames.SystolicBloodPressure);
        return [.. invalid];
    }

    /// <summary>SHA-256 (lower-case hex) of the inputs that can change a demonstration assessment, in a fixed order and spelling.</summary>
    internal string DemonstrationHash()
    {
        var canonical = string.Join(
            ';',
            $"{FieldNames.Age}={Text(Age)}",
            $"{FieldNames.Hypertension}={Text(Hypertension)}",
            $"{FieldNames.HeartDisease}={Text(HeartDisease)}",
            $"{FieldNames.AverageGlucose}={Text(AverageGlucose)}",
            $"{FieldNames.Sex}={Sex?.ToString().ToLowerInvariant()}",
            $"prior_stroke={Text(PriorStroke)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Text(bool? value) => value switch { true => "1", false => "0", null => "" };
}

/// <summary>The record's own field names, so that "missing: sbp" names what the caller has to send.</summary>
internal static class FieldNames
{
    public const string Age = "age";
    public const string Sex = "gender";
    public const string Hypertension = "hypertension";
    public const string HeartDisease = "heart_disease";
    public const string AverageGlucose = "avg_glucose_level";
    public const string SystolicBloodPressure = "sbp";
    public const string BloodPressureTreated = "bp_treated";
    public const string Diabetes = "diabetes";
    public const string AtrialFibrillation = "atrial_fibrillation";
    public const string LeftVentricularHypertrophy = "lvh";
    public const string PriorCvd = "prior_cvd";
    public const string Smokes = "smoking_status";
}
