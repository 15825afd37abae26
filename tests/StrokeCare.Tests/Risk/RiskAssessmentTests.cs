using CsCheck;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class RiskAssessmentTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly RiskInputs SeedExample = new()
    {
        Age = 65,
        Sex = Sex.Male,
        Hypertension = true,
        HeartDisease = false,
        AverageGlucose = 228.69,
    };

    private static readonly Gen<RiskInputs> Adults =
        from age in Gen.Double[18, 120]
        from sex in Gen.Enum<Sex>()
        from hypertension in Gen.Bool
        from heart in Gen.Bool
        from glucose in Gen.Double[1, 600]
        select new RiskInputs { Age = age, Sex = sex, Hypertension = hypertension, HeartDisease = heart, AverageGlucose = glucose };

    private static RiskAssessment Assess(RiskInputs inputs) => RiskAssessment.Assess(inputs, Core4Model.Shipped, Now);

    [Theory]
    [InlineData(67, 0, 1, 228.69, .188450)]
    [InlineData(61, 0, 0, 202.21, .087997)]
    [InlineData(80, 0, 1, 105.92, .233011)]
    [InlineData(49, 0, 0, 171.23, .034194)]
    [InlineData(79, 1, 0, 174.12, .277350)]
    [InlineData(65, 1, 0, 228.69, .160701)]
    [InlineData(65, 0, 0, 100, .069619)]
    [InlineData(45, 0, 0, 90, .017194)]
    [InlineData(30, 1, 1, 100, .011451)]
    [InlineData(18, 0, 0, 92, .002660)]
    [InlineData(5, 0, 0, 80, .001007)]
    [InlineData(82, 1, 1, 271.74, .520588)]
    [InlineData(95, 1, 1, 400, .520588)]
    public void The_shipped_model_gives_the_reference_probability(double age, int hypertension, int heart, double glucose, double expected)
    {
        var probability = Core4Model.Shipped.Probability(age, hypertension == 1, heart == 1, glucose);

        Assert.InRange(probability, expected - 1e-6, expected + 1e-6);
        var assessed = Assess(new() { Age = age, Hypertension = hypertension == 1, HeartDisease = heart == 1, AverageGlucose = glucose });
        Assert.Equal(age < 18 ? null : probability, assessed.Probability);
    }

    [Fact]
    public void The_example_record_reads_as_documented()
    {
        var risk = Assess(SeedExample);

        Assert.Equal(RiskLevel.High, risk.Level);
        Assert.Equal(.161, risk.Probability!.Value, 3);
        Assert.Equal([.115, .220], risk.Ci95!.Select(bound => Math.Round(bound, 3)));
        Assert.Equal(92, risk.Percentile);
        Assert.Equal(95, risk.PercentileSameSexAndAge);
        Assert.Equal(.070, risk.SameAgeReference!.Value, 3);
        Assert.Equal(2.3, risk.TimesReference!.Value, 1);
        Assert.Equal(.719, risk.RelativeIndex!.Value, 3);
        Assert.Empty(risk.Flags);
        Assert.Empty(risk.Missing);
        Assert.Null(risk.Reason);
        Assert.Equal(
            "In the demonstration data about 16 of 100 records like this one are labelled stroke; about 7 of 100 at the same age without these factors. Higher than 92 % of records. Not a forecast for a real person.",
            risk.Text);
        Assert.Equal(RiskAssessment.DemonstrationNotice, risk.Notice);
        Assert.Equal(("core4-v1", Now), (risk.Model, risk.At));
        Assert.Equal(Core4Model.Shipped.CoefficientsHash, risk.CoefficientsHash);
    }

    [Fact]
    public void A_rare_label_is_told_of_a_thousand()
    {
        var risk = Assess(SeedExample with { Age = 20, Hypertension = false, AverageGlucose = 92 });

        Assert.StartsWith("In the demonstration data about 3 of 1,000 records like this one are labelled stroke; as many at the same age", risk.Text);
    }

    [Fact]
    public void The_label_never_enters_the_model() => Adults.Sample(inputs =>
    {
        var (without, with) = (Assess(inputs with { PriorStroke = false }), Assess(inputs with { PriorStroke = true }));

        Assert.Equal(without.Probability, with.Probability);
        Assert.Equal(without.Level, with.Level);
        Assert.Equal(without.Flags, with.Flags.Except([RiskFlags.PriorStroke]));
        Assert.Contains(RiskFlags.PriorStroke, with.Flags);
    });

    [Fact]
    public void Nothing_but_the_four_core_inputs_changes_the_number()
    {
        var more = SeedExample with
        {
            Sex = Sex.Other,
            Smokes = true,
            Diabetes = true,
            SystolicBloodPressure = -5,
            BloodPressureTreated = true,
            AtrialFibrillation = true,
            LeftVentricularHypertrophy = true,
            PriorCvd = true,
        };

        Assert.Equal(Assess(SeedExample).Probability, Assess(more).Probability);
    }

    [Fact]
    public void Contributions_sum_to_the_logit_and_multiply_to_the_odds() => Adults.Sample(inputs =>
    {
        var risk = Assess(inputs);
        var p = risk.Probability!.Value;

        Assert.InRange(risk.Contributions.Sum(part => part.Logit) - Math.Log(p / (1 - p)), -1e-9, 1e-9);
        Assert.InRange(risk.Contributions.Aggregate(1.0, (odds, part) => odds * part.OddsMultiplier) / (p / (1 - p)), 1 - 1e-9, 1 + 1e-9);
        Assert.Equal(["same_age_reference", "hypertension", "heart_disease", "avg_glucose_level"], risk.Contributions.Select(part => part.Factor));
        Assert.All(risk.Contributions, part => Assert.InRange(part.OddsMultiplier, part.OddsCi95[0], part.OddsCi95[1]));
    });

    [Fact]
    public void A_factor_at_its_reference_value_multiplies_by_one()
    {
        var risk = Assess(SeedExample with { Hypertension = false, AverageGlucose = 100 });

        Assert.All(risk.Contributions.Skip(1), part => Assert.Equal((0, 1, 1, 1), (part.Logit, part.OddsMultiplier, part.OddsCi95[0], part.OddsCi95[1])));
        Assert.Equal((1, .5), (risk.TimesReference, risk.RelativeIndex));
        Assert.Equal(risk.SameAgeReference, risk.Probability);
    }

    [Fact]
    public void Hypertension_multiplies_the_odds_as_published()
    {
        var part = Assess(SeedExample).Contributions.Single(part => part.Factor == "hypertension");

        Assert.Equal([1.31, .91, 1.87], new[] { part.OddsMultiplier, part.OddsCi95[0], part.OddsCi95[1] }.Select(n => Math.Round(n, 2)));
    }

    [Fact]
    public void The_interval_holds_the_probability_and_lies_within_zero_and_one() => Adults.Sample(inputs =>
    {
        var risk = Assess(inputs);

        Assert.True(0 < risk.Ci95![0] && risk.Ci95[0] < risk.Probability && risk.Probability < risk.Ci95[1] && risk.Ci95[1] < 1);
    });

    [Fact]
    public void Percentiles_never_fall_as_the_probability_rises() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[18, 82], Gen.Enum<Sex>()).Sample((a, b, age, sex) =>
        {
            var (low, high) = (Math.Min(a, b), Math.Max(a, b));
            var tables = Core4Model.Shipped.Percentiles;

            Assert.InRange(tables.Of(low), 0, tables.Of(high));
            Assert.InRange(tables.Of(high), 0, 99);
            Assert.True(tables.Of(low, sex, age) is not { } below || below <= tables.Of(high, sex, age));
        });

    [Fact]
    public void The_inputs_hash_follows_what_was_looked_at_and_nothing_else()
    {
        var hash = Assess(SeedExample).InputsHash;

        Assert.Equal(64, hash.Length);
        Assert.Equal(hash, RiskAssessment.Assess(SeedExample with { Smokes = true }, Core4Model.Shipped, Now.AddDays(1)).InputsHash);
        RiskInputs[] others =
        [
            SeedExample with { Age = 65.1 },
            SeedExample with { Sex = Sex.Female },
            SeedExample with { Hypertension = null },
            SeedExample with { HeartDisease = true },
            SeedExample with { AverageGlucose = 228.7 },
            SeedExample with { PriorStroke = true },
        ];
        Assert.Equal(others.Length + 1, others.Select(inputs => Assess(inputs).InputsHash).Append(hash).Distinct().Count());
    }
}
