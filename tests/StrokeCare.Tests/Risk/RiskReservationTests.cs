using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

/// <summary>When there is no number, and what a number is hedged with.</summary>
public sealed class RiskReservationTests
{
    private static readonly RiskInputs SeedExample = new()
    {
        Age = 65,
        Sex = Sex.Male,
        Hypertension = true,
        HeartDisease = false,
        AverageGlucose = 228.69,
    };

    private static RiskAssessment Assess(RiskInputs inputs) =>
        RiskAssessment.Assess(inputs, Core4Model.Shipped, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Theory]
    [InlineData(Sex.Other)]
    [InlineData(null)]
    public void An_unknown_or_other_sex_has_no_percentile_of_its_own_and_blocks_nothing(Sex? sex)
    {
        var risk = Assess(SeedExample with { Sex = sex });

        Assert.Null(risk.PercentileSameSexAndAge);
        Assert.Equal(Assess(SeedExample).Percentile, risk.Percentile);
        Assert.Equal(RiskLevel.High, risk.Level);
    }

    [Fact]
    public void Each_missing_core_input_is_named_and_nothing_is_imputed()
    {
        Assert.Equal(["age"], Missing(SeedExample with { Age = null }));
        Assert.Equal(["hypertension"], Missing(SeedExample with { Hypertension = null }));
        Assert.Equal(["heart_disease"], Missing(SeedExample with { HeartDisease = null }));
        Assert.Equal(["avg_glucose_level"], Missing(SeedExample with { AverageGlucose = null }));
        Assert.Equal(["age", "hypertension", "heart_disease", "avg_glucose_level"], Missing(new()));

        static string[] Missing(RiskInputs inputs)
        {
            var risk = Assess(inputs);
            AssertNotAssessed(risk, "missing_inputs");
            Assert.Contains(risk.Missing[0], risk.Text);
            return risk.Missing;
        }
    }

    [Fact]
    public void Nobody_under_eighteen_is_assessed()
    {
        AssertNotAssessed(Assess(SeedExample with { Age = 17.99 }), "under_18");
        AssertNotAssessed(Assess(new() { Age = 4, PriorStroke = true }), "under_18", RiskFlags.PriorStroke);
        Assert.Equal(RiskLevel.Low, Assess(SeedExample with { Age = 18 }).Level);
    }

    [Theory]
    [InlineData(-1, 100, "age")]
    [InlineData(121, 100, "age")]
    [InlineData(double.NaN, 100, "age")]
    [InlineData(50, 0, "avg_glucose_level")]
    [InlineData(50, -3, "avg_glucose_level")]
    [InlineData(50, double.PositiveInfinity, "avg_glucose_level")]
    public void A_value_that_cannot_be_right_is_not_scored(double age, double glucose, string field)
    {
        var risk = Assess(SeedExample with { Age = age, AverageGlucose = glucose });

        AssertNotAssessed(risk, "invalid_inputs");
        Assert.Contains(field, risk.Text);
    }

    [Theory]
    [InlineData(65, 228.69, "")]
    [InlineData(82, 271.74, "")]
    [InlineData(40, 55.12, "")]
    [InlineData(82.5, 100, "age_clamped")]
    [InlineData(65, 271.75, "glucose_clamped")]
    [InlineData(65, 55, "glucose_clamped")]
    [InlineData(65, 40, "glucose_clamped")]
    [InlineData(65, 5.5, "glucose_clamped glucose_unit_suspect")]
    [InlineData(39.9, 100, "limited_data_under_40")]
    public void Every_reservation_has_its_flag(double age, double glucose, string flags) =>
        Assert.Equal(flags, string.Join(' ', Assess(SeedExample with { Age = age, AverageGlucose = glucose }).Flags));

    [Fact]
    public void Outside_the_training_range_the_edge_answers()
    {
        Assert.Equal(Assess(SeedExample with { Age = 82 }).Probability, Assess(SeedExample with { Age = 120 }).Probability);
        Assert.Equal(Assess(SeedExample with { AverageGlucose = 55.12 }).Probability, Assess(SeedExample with { AverageGlucose = 1 }).Probability);
        Assert.Equal(271.74, Assess(SeedExample with { AverageGlucose = 900 }).Contributions[^1].Value);
    }

    private static void AssertNotAssessed(RiskAssessment risk, string reason, params string[] flags)
    {
        Assert.Equal((RiskLevel.NotAssessed, reason), (risk.Level, risk.Reason));
        Assert.Null(risk.Probability);
        Assert.Null(risk.Ci95);
        Assert.Null(risk.Percentile);
        Assert.Null(risk.PercentileSameSexAndAge);
        Assert.Null(risk.SameAgeReference);
        Assert.Null(risk.TimesReference);
        Assert.Null(risk.RelativeIndex);
        Assert.Empty(risk.Contributions);
        Assert.Equal(flags, risk.Flags);
    }
}
