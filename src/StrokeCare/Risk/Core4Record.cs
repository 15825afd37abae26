using System.Globalization;

namespace StrokeCare.Risk;

/// <summary>The four inputs, all present and plausible: what remains of an assessment is arithmetic.</summary>
internal readonly record struct Core4Record(double Age, bool Hypertension, bool HeartDisease, double Glucose)
{
    private const double Z95 = 1.959963984540054;

    public RiskAssessment Assess(RiskInputs inputs, Core4Model model, DateTimeOffset now)
    {
        var (age, glucose) = (model.Clamp.OfAge(Age), model.Clamp.OfGlucose(Glucose));
        var terms = Core4Model.TermValues(age, Hypertension, HeartDisease, glucose);
        var parts = Contributions(model, age, glucose);
        var (logit, error) = (model.Logit(terms), model.StandardError(terms));
        var (probability, reference) = (Logistic.Probability(logit), Logistic.Probability(parts[0].Logit));
        var percentile = model.Percentiles.Of(probability);
        return new()
        {
            Level = RiskLevels.Of(probability),
            Probability = probability,
            Ci95 = [Logistic.Probability(logit - Z95 * error), Logistic.Probability(logit + Z95 * error)],
            Percentile = percentile,
            PercentileSameSexAndAge = model.Percentiles.Of(probability, inputs.Sex, age),
            SameAgeReference = reference,
            TimesReference = probability / reference,
            RelativeIndex = Logistic.Probability(logit - parts[0].Logit),
            Contributions = parts,
            Flags = Flags(inputs.PriorStroke, age, glucose),
            Missing = [],
            Text = Text(probability, reference, percentile),
            Notice = RiskAssessment.DemonstrationNotice,
            Model = model.Id,
            CoefficientsHash = model.CoefficientsHash,
            InputsHash = inputs.DemonstrationHash(),
            At = now,
        };
    }

    private Contribution[] Contributions(Core4Model model, double age, double glucose) =>
    [
        Part(model, "same_age_reference", age, Core4Model.TermValues(age, false, false, Core4Model.ReferenceGlucose)),
        Part(model, FieldNames.Hypertension, Hypertension ? 1 : 0, [0, 0, Hypertension ? 1 : 0, 0, 0]),
        Part(model, FieldNames.HeartDisease, HeartDisease ? 1 : 0, [0, 0, 0, HeartDisease ? 1 : 0, 0]),
        Part(model, FieldNames.AverageGlucose, glucose, [0, 0, 0, 0, (glucose - Core4Model.ReferenceGlucose) / 50]),
    ];

    private static Contribution Part(Core4Model model, string factor, double value, double[] terms)
    {
        var (logit, error) = (model.Logit(terms), model.StandardError(terms));
        return new()
        {
            Factor = factor,
            Value = value,
            Logit = logit,
            OddsMultiplier = Math.Exp(logit),
            OddsCi95 = [Math.Exp(logit - Z95 * error), Math.Exp(logit + Z95 * error)],
        };
    }

    private string[] Flags(bool priorStroke, double age, double glucose) =>
    [
        .. priorStroke ? [RiskFlags.PriorStroke] : (string[])[],
        .. age != Age ? [RiskFlags.AgeClamped] : (string[])[],
        .. glucose != Glucose ? [RiskFlags.GlucoseClamped] : (string[])[],
        .. Glucose < 40 ? [RiskFlags.GlucoseUnitSuspect] : (string[])[],
        .. Age < 40 ? [RiskFlags.LimitedDataUnder40] : (string[])[],
    ];

    private static string Text(double probability, double reference, int percentile)
    {
        var (here, there) = (Frequency(probability), Frequency(reference));
        var comparison = here == there ? "as many" : $"about {there}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"In the demonstration data about {here} records like this one are labelled stroke; {comparison} at the same age without these factors. Higher than {percentile} % of records. Not a forecast for a real person.");
    }

    /// <summary>A natural frequency: of 100, or of 1,000 where 100 would round to nothing.</summary>
    private static string Frequency(double probability) =>
        probability >= 0.0095
            ? string.Create(CultureInfo.InvariantCulture, $"{probability * 100:F0} of 100")
            : string.Create(CultureInfo.InvariantCulture, $"{probability * 1000:F0} of 1,000");
}
