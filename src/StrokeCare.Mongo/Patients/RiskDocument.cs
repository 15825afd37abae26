using MongoDB.Bson;
using StrokeCare.Risk;

namespace StrokeCare.Mongo.Patients;

/// <summary>The <c>risk</c> sub-document. Level and probability stand beside it, as <c>risk_level</c> and <c>stroke_risk</c>, where the seed has them.</summary>
internal static class RiskDocument
{
    public static BsonDocument Of(RiskAssessment risk)
    {
        var document = new BsonDocument();
        foreach (var (name, value) in Fields(risk))
        {
            if (value is not null) document.Add(name, value);
        }

        return document;
    }

    public static RiskAssessment Read(BsonDocument patient, DateTimeOffset updatedAt)
    {
        var level = patient.Enum<RiskLevel>(PatientFields.RiskLevel, RiskLevels.TryParse) ?? RiskLevel.NotAssessed;
        var probability = patient.Number(PatientFields.StrokeRisk);
        if (!patient.TryGetValue(PatientFields.Risk, out var value) || value is not BsonDocument risk)
            return OfOlderSystem(level, probability, updatedAt);
        return new RiskAssessment
        {
            Level = level,
            Probability = probability,
            Ci95 = risk.Numbers("ci95"),
            Percentile = (int?)risk.Whole("percentile"),
            PercentileSameSexAndAge = (int?)risk.Whole("percentile_same_sex_and_age"),
            SameAgeReference = risk.Number("reference"),
            TimesReference = risk.Number("times_reference"),
            RelativeIndex = risk.Number("relative_index"),
            Contributions = Contributions(risk),
            Flags = risk.Texts("flags"),
            Missing = risk.Texts("missing"),
            Reason = risk.Text("reason"),
            Text = risk.Text("text") ?? "",
            Notice = risk.Text("notice") ?? RiskAssessment.DemonstrationNotice,
            Model = risk.Text("model") ?? "",
            CoefficientsHash = risk.Text("coefficients_hash") ?? "",
            InputsHash = risk.Text("inputs_hash") ?? "",
            At = risk.Time("at") ?? updatedAt,
        };
    }

    private static IEnumerable<(string Name, BsonValue? Value)> Fields(RiskAssessment risk) =>
    [
        ("probability", BsonFields.Of(risk.Probability)),
        ("ci95", BsonFields.Of(risk.Ci95)),
        ("percentile", BsonFields.Of(risk.Percentile)),
        ("percentile_same_sex_and_age", BsonFields.Of(risk.PercentileSameSexAndAge)),
        ("reference", BsonFields.Of(risk.SameAgeReference)),
        ("times_reference", BsonFields.Of(risk.TimesReference)),
        ("relative_index", BsonFields.Of(risk.RelativeIndex)),
        ("contributions", new BsonArray(risk.Contributions.Select(Of))),
        ("flags", BsonFields.Of(risk.Flags)),
        ("missing", BsonFields.Of(risk.Missing)),
        ("reason", BsonFields.Of(risk.Reason)),
        ("text", risk.Text),
        ("notice", risk.Notice),
        ("model", risk.Model),
        ("coefficients_hash", risk.CoefficientsHash),
        ("inputs_hash", risk.InputsHash),
        ("at", BsonFields.Of(risk.At)),
    ];

    private static BsonDocument Of(Contribution part) => new()
    {
        { "factor", part.Factor },
        { "value", part.Value },
        { "logit", part.Logit },
        { "odds_multiplier", part.OddsMultiplier },
        { "odds_ci95", new BsonArray(part.OddsCi95) },
    };

    private static Contribution[] Contributions(BsonDocument risk) => risk.TryGetValue("contributions", out var value) && value is BsonArray parts
        ? [.. parts.OfType<BsonDocument>().Select(part => new Contribution
        {
            Factor = part.Text("factor") ?? "",
            Value = part.Number("value") ?? 0,
            Logit = part.Number("logit") ?? 0,
            OddsMultiplier = part.Number("odds_multiplier") ?? 0,
            OddsCi95 = part.Numbers("odds_ci95") ?? [],
        })]
        : [];

    /// <summary>What an older system computed is shown as what it is until the record is next saved.</summary>
    private static RiskAssessment OfOlderSystem(RiskLevel level, double? probability, DateTimeOffset updatedAt) => new()
    {
        Level = level,
        Probability = probability,
        Contributions = [],
        Flags = [],
        Missing = [],
        Text = "Computed by an earlier system; saving the record assesses it anew.",
        Notice = RiskAssessment.DemonstrationNotice,
        Model = "earlier system",
        CoefficientsHash = "",
        InputsHash = "",
        At = updatedAt,
    };
}
