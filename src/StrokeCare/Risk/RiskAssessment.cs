namespace StrokeCare.Risk;

/// <summary>
/// The demonstration model's answer for one record, with all that is needed to show and to repeat it.
/// All numbers are null when the level is not_assessed; <see cref="Reason"/> then says why.
/// </summary>
public sealed record RiskAssessment
{
    public const double YoungestAge = 18;

    /// <summary>Goes wherever the number goes.</summary>
    public const string DemonstrationNotice =
        "Demonstration, not for patient care: the model was fitted on a public data set of unknown origin that is challenged as unfit for clinical use.";

    public required RiskLevel Level { get; init; }

    /// <summary>Probability of carrying the label "stroke" in the training file, 0 to 1. No time horizon.</summary>
    public double? Probability { get; init; }

    /// <summary>95 % interval of the probability (delta method on the logit): lower, upper.</summary>
    public double[]? Ci95 { get; init; }

    /// <summary>Percent of all training records with a lower probability, 0 to 99.</summary>
    public int? Percentile { get; init; }

    /// <summary>The same among records of the same sex and age decade; null when there are too few.</summary>
    public int? PercentileSameSexAndAge { get; init; }

    /// <summary>Probability of a record of the same age without hypertension or heart disease and with glucose 100 mg/dL.</summary>
    public double? SameAgeReference { get; init; }

    /// <summary>Probability over <see cref="SameAgeReference"/>.</summary>
    public double? TimesReference { get; init; }

    /// <summary>OR/(1+OR) against the reference: 0.5 is "like the reference". An index, never a probability.</summary>
    public double? RelativeIndex { get; init; }

    /// <summary>What the logit is made of: their <see cref="Contribution.Logit"/> sum to it. Empty when not assessed.</summary>
    public required Contribution[] Contributions { get; init; }

    /// <summary>Reservations: see <see cref="RiskFlags"/>.</summary>
    public required string[] Flags { get; init; }

    /// <summary>Core inputs not recorded, by field name.</summary>
    public required string[] Missing { get; init; }

    /// <summary>Why there is no level: missing_inputs, invalid_inputs or under_18; null when there is one.</summary>
    public string? Reason { get; init; }

    public required string Text { get; init; }
    public required string Notice { get; init; }

    /// <summary>The model's id, for example core4-v1.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of what that model computes with; two assessments with equal hashes are comparable.</summary>
    public required string CoefficientsHash { get; init; }

    /// <summary>SHA-256 of the inputs this assessment looked at.</summary>
    public required string InputsHash { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>A pure function of its arguments. Missing, invalid or under-age input gives not_assessed, never an exception or a guess.</summary>
    public static RiskAssessment Assess(RiskInputs inputs, Core4Model model, DateTimeOffset now)
    {
        var missing = MissingCore(inputs);
        // A wrong blood pressure spoils the published scores, not this one.
        var invalid = inputs.InvalidFields().Except([FieldNames.SystolicBloodPressure]).ToArray();
        return (inputs.Age, inputs.Hypertension, inputs.HeartDisease, inputs.AverageGlucose) switch
        {
            _ when invalid.Length > 0 => NotAssessed("invalid_inputs", $"Not assessed: {string.Join(", ", invalid)} cannot be right."),
            ( < YoungestAge, _, _, _) => NotAssessed("under_18", "Not assessed: the model is not for people under 18."),
            ({ } age, { } hypertension, { } heartDisease, { } glucose) =>
                new Core4Record(age, hypertension, heartDisease, glucose).Assess(inputs, model, now),
            _ => NotAssessed("missing_inputs", $"Not assessed: {string.Join(", ", missing)} not recorded."),
        };

        RiskAssessment NotAssessed(string reason, string text) => new()
        {
            Level = RiskLevel.NotAssessed,
            Contributions = [],
            Flags = inputs.PriorStroke ? [RiskFlags.PriorStroke] : [],
            Missing = missing,
            Reason = reason,
            Text = text,
            Notice = DemonstrationNotice,
            Model = model.Id,
            CoefficientsHash = model.CoefficientsHash,
            InputsHash = inputs.DemonstrationHash(),
            At = now,
        };
    }

    private static string[] MissingCore(RiskInputs inputs)
    {
        (string Field, bool Recorded)[] needed =
        [
            (FieldNames.Age, inputs.Age is not null),
            (FieldNames.Hypertension, inputs.Hypertension is not null),
            (FieldNames.HeartDisease, inputs.HeartDisease is not null),
            (FieldNames.AverageGlucose, inputs.AverageGlucose is not null),
        ];
        return [.. needed.Where(input => !input.Recorded).Select(input => input.Field)];
    }
}

/// <summary>One additive part of the logit. "Associated with", never "caused by".</summary>
public sealed record Contribution
{
    /// <summary>same_age_reference, then hypertension, heart_disease, avg_glucose_level.</summary>
    public required string Factor { get; init; }

    /// <summary>The value used: years, 0 or 1, mg/dL (after clamping).</summary>
    public required double Value { get; init; }

    public required double Logit { get; init; }

    /// <summary>e^Logit: how the factor multiplies the odds; for the reference, the odds it starts from.</summary>
    public required double OddsMultiplier { get; init; }

    /// <summary>95 % interval of the multiplier: lower, upper; both 1 for a factor at its reference value.</summary>
    public required double[] OddsCi95 { get; init; }
}

/// <summary>Reservations that must be shown beside the number.</summary>
public static class RiskFlags
{
    /// <summary>Older than anyone in training: scored as the oldest.</summary>
    public const string AgeClamped = "age_clamped";

    /// <summary>Glucose outside the training range: scored at its edge.</summary>
    public const string GlucoseClamped = "glucose_clamped";

    /// <summary>Below 40 mg/dL: probably entered in mmol/L (times 18).</summary>
    public const string GlucoseUnitSuspect = "glucose_unit_suspect";

    /// <summary>Training holds only a handful of strokes under 40.</summary>
    public const string LimitedDataUnder40 = "limited_data_under_40";

    /// <summary>A stroke is on record: first-stroke scores do not apply, and this number says nothing about a second.</summary>
    public const string PriorStroke = "prior_stroke";
}
