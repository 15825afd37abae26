using System.Globalization;
using System.Text.Json.Serialization;

namespace StrokeCare.Risk;

/// <summary>Whether a probability is the published value, or lies beyond the end of the published table.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RiskBound>))]
public enum RiskBound
{
    [JsonStringEnumMemberName("exact")] Exact,
    [JsonStringEnumMemberName("at_most")] AtMost,
    [JsonStringEnumMemberName("at_least")] AtLeast,
}

/// <summary>
/// One published clinical score for one person: either a probability, or the reason there is none.
/// It is never computed from a guessed input.
/// </summary>
public sealed record PublishedScore
{
    /// <summary>A stable key: fsrp_1994 or fsrp_2017.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>True exactly when there is a <see cref="Probability"/>.</summary>
    public required bool Applicable { get; init; }

    /// <summary>Why the score does not apply; null when it does.</summary>
    public string? WhyNot { get; init; }

    /// <summary>
    /// What has to be recorded to get the score, by field name. Empty when the score applies, and also when no further input
    /// could make it apply (prior stroke, age, sex).
    /// </summary>
    public required string[] Missing { get; init; }

    /// <summary>The point total, for a score that has one.</summary>
    public int? Points { get; init; }

    /// <summary>Probability of a first stroke within <see cref="Horizon"/>, 0 to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>How to read <see cref="Probability"/>: beyond a table's end it is only a limit.</summary>
    public RiskBound Bound { get; init; }

    /// <summary>The probability as the source would print it: "17 %", "&lt;= 3 %". Null when not applicable.</summary>
    public string? Display { get; init; }

    public required string Horizon { get; init; }
    public required string Citation { get; init; }

    /// <summary>Assumptions and adjustments behind this very number, or of the score in general.</summary>
    public required string Note { get; init; }
}

/// <summary>What stays the same about a Framingham stroke risk profile from person to person, and who it is for.</summary>
internal sealed record FraminghamProfile
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Citation { get; init; }
    public required string Note { get; init; }

    /// <summary>Completed years, both ends included.</summary>
    public required (int From, int To) Ages { get; init; }

    /// <summary>The person when the profile applies and is complete; otherwise the answer that says why not.</summary>
    public (FraminghamPerson? Person, PublishedScore? Refusal) Read(RiskInputs inputs)
    {
        if (inputs.PriorStroke)
            return (null, Refuse("A stroke is on record; the score foretells a first stroke."));
        if (inputs.Sex is Sex.Other)
            return (null, Refuse("Published for men and women only."));
        if (inputs.InvalidFields().Except([FieldNames.AverageGlucose]).ToArray() is { Length: > 0 } invalid)
            return (null, Refuse($"{string.Join(", ", invalid)} cannot be right."));
        if (inputs.Age is { } age && ((int)age < Ages.From || (int)age > Ages.To))
            return (null, Refuse(string.Create(CultureInfo.InvariantCulture, $"Used for ages {Ages.From} to {Ages.To} only.")));
        return inputs is
        {
            Sex: { } sex,
            Age: { } years,
            SystolicBloodPressure: { } pressure,
            BloodPressureTreated: { } treated,
            Diabetes: { } diabetes,
            Smokes: { } smokes,
            PriorCvd: { } cvd,
            AtrialFibrillation: { } fibrillation,
        }
            ? (new FraminghamPerson(sex is Sex.Male, (int)years, pressure, treated, diabetes, smokes, cvd, fibrillation), null)
            : (null, Refuse("Inputs are not recorded.", Missing(inputs)));
    }

    public PublishedScore Answer(double probability, RiskBound bound, int? points, string note) => new()
    {
        Id = Id,
        Name = Name,
        Applicable = true,
        Missing = [],
        Points = points,
        Probability = probability,
        Bound = bound,
        Display = (bound switch { RiskBound.AtMost => "<= ", RiskBound.AtLeast => ">= ", RiskBound.Exact => "" })
            + string.Create(CultureInfo.InvariantCulture, $"{probability * 100:F0} %"),
        Horizon = "10 years",
        Citation = Citation,
        Note = note,
    };

    private PublishedScore Refuse(string why, params string[] missing) => new()
    {
        Id = Id,
        Name = Name,
        Applicable = false,
        WhyNot = why,
        Missing = missing,
        Horizon = "10 years",
        Citation = Citation,
        Note = Note,
    };

    private static string[] Missing(RiskInputs inputs)
    {
        (string Field, bool Recorded)[] needed =
        [
            (FieldNames.Age, inputs.Age is not null),
            (FieldNames.Sex, inputs.Sex is not null),
            (FieldNames.SystolicBloodPressure, inputs.SystolicBloodPressure is not null),
            (FieldNames.BloodPressureTreated, inputs.BloodPressureTreated is not null),
            (FieldNames.Diabetes, inputs.Diabetes is not null),
            (FieldNames.Smokes, inputs.Smokes is not null),
            (FieldNames.PriorCvd, inputs.PriorCvd is not null),
            (FieldNames.AtrialFibrillation, inputs.AtrialFibrillation is not null),
        ];
        return [.. needed.Where(input => !input.Recorded).Select(input => input.Field)];
    }
}

/// <summary>What both profiles need, all of it recorded. Age in completed years, pressure in mmHg.</summary>
internal readonly record struct FraminghamPerson(
    bool Male, int Age, double Pressure, bool Treated, bool Diabetes, bool Smokes, bool PriorCvd, bool AtrialFibrillation);
