using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class PublishedScoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_guideline_man_of_64_has_17_percent() => AssertPoints(14, .17, Person(Sex.Male, 64, 138) with
    {
        BloodPressureTreated = true,
        LeftVentricularHypertrophy = true,
    });

    [Fact]
    public void The_papers_woman_of_70_has_19_percent() => AssertPoints(16, .19, Person(Sex.Female, 70, 135) with
    {
        BloodPressureTreated = true,
        PriorCvd = true,
        Smokes = true,
    });

    [Fact]
    public void A_smoking_man_of_62_has_10_percent() => AssertPoints(10, .10, Person(Sex.Male, 62, 150) with { Smokes = true });

    [Fact]
    public void The_woman_of_65_with_fibrillation_has_9_percent() => AssertPoints(12, .09, Person(Sex.Female, 65, 110) with
    {
        BloodPressureTreated = true,
        AtrialFibrillation = true,
    });

    [Fact]
    public void The_example_record_with_treated_diabetes_has_13_percent() => AssertPoints(12, .13, Person(Sex.Male, 65, 150) with
    {
        BloodPressureTreated = true,
        Diabetes = true,
    });

    [Theory]
    [InlineData(Sex.Male, 56.9, 105.9, 0)]
    [InlineData(Sex.Male, 57, 105.9, 1)]
    [InlineData(Sex.Male, 54, 106, 1)]
    [InlineData(Sex.Male, 85.9, 196, 20)]
    [InlineData(Sex.Male, 54, 60, 0)]
    [InlineData(Sex.Female, 56, 94.9, 0)]
    [InlineData(Sex.Female, 56, 95, 1)]
    [InlineData(Sex.Female, 63, 94, 3)]
    [InlineData(Sex.Female, 82, 205, 20)]
    [InlineData(Sex.Female, 85, 300, 20)]
    public void A_rows_lower_bound_scores_that_row(Sex sex, double age, double pressure, int points) =>
        Assert.Equal(points, Framingham1994.Score(Person(sex, age, pressure)).Points);

    [Theory]
    [InlineData(Sex.Male, 3, "<= 3 %")]
    [InlineData(Sex.Female, 1, "<= 1 %")]
    public void No_points_at_all_is_only_a_limit(Sex sex, int percent, string display)
    {
        var score = Framingham1994.Score(Person(sex, 54, 90));

        Assert.Equal((0, percent / 100.0, RiskBound.AtMost, display), (score.Points, score.Probability, score.Bound, score.Display));
    }

    [Theory]
    [InlineData(Sex.Male, 38, ">= 88 %")]
    [InlineData(Sex.Female, 38, ">= 84 %")]
    public void Points_beyond_the_table_are_only_a_limit(Sex sex, int points, string display)
    {
        var score = Framingham1994.Score(Person(sex, 85, 210) with
        {
            Diabetes = true,
            Smokes = true,
            PriorCvd = true,
            AtrialFibrillation = true,
            LeftVentricularHypertrophy = true,
        });

        Assert.Equal((points, RiskBound.AtLeast, display), (score.Points, score.Bound, score.Display));
    }

    [Fact]
    public void Hypertrophy_may_be_unknown_and_the_note_says_so()
    {
        var unknown = Framingham1994.Score(Person(Sex.Male, 64, 138) with { LeftVentricularHypertrophy = null });

        Assert.True(unknown.Applicable);
        Assert.Contains("hypertrophy is not recorded", unknown.Note);
        Assert.DoesNotContain("not recorded", Framingham1994.Score(Person(Sex.Male, 64, 138)).Note);
    }

    [Fact]
    public void The_revised_profile_gives_its_vectors()
    {
        AssertRevised(.1114, Person(Sex.Male, 65, 150) with { BloodPressureTreated = true, Diabetes = true });
        AssertRevised(.0803, Person(Sex.Male, 65, 150) with { BloodPressureTreated = true });
        AssertRevised(.0893, Person(Sex.Female, 70, 135) with { BloodPressureTreated = true, Smokes = true, PriorCvd = true });
        AssertRevised(.0665, Person(Sex.Male, 60, 130) with { Diabetes = true });
        AssertRevised(.0351, Person(Sex.Female, 60, 130) with { Diabetes = true });
    }

    [Fact]
    public void The_revised_profile_weighs_fibrillation_by_sex()
    {
        double Odds(Sex sex) =>
            Math.Log(1 - Framingham2017.Score(Person(sex, 70, 130) with { AtrialFibrillation = true }).Probability!.Value)
            / Math.Log(1 - Framingham2017.Score(Person(sex, 70, 130)).Probability!.Value);

        Assert.Equal(Math.Exp(.08064), Odds(Sex.Male), 9);
        Assert.Equal(Math.Exp(1.2072), Odds(Sex.Female), 9);
    }

    [Fact]
    public void The_revised_profile_counts_pressure_below_120_as_120() =>
        Assert.Equal(Framingham2017.Score(Person(Sex.Male, 60, 120)).Probability, Framingham2017.Score(Person(Sex.Male, 60, 90)).Probability);

    [Theory]
    [InlineData(53.9, false, false)]
    [InlineData(54, true, false)]
    [InlineData(55, true, true)]
    [InlineData(85.9, true, true)]
    [InlineData(86, false, false)]
    public void Outside_its_ages_a_score_does_not_apply(double age, bool first, bool revised)
    {
        var published = Report(Person(Sex.Female, age, 130)).Published;

        Assert.Equal([first, revised], published.Select(score => score.Applicable));
        Assert.All(published.Where(score => !score.Applicable), score => AssertRefused(score, "ages"));
    }

    [Fact]
    public void A_prior_stroke_rules_out_first_stroke_scores() =>
        Assert.All(Report(Person(Sex.Male, 64, 138) with { PriorStroke = true }).Published, score => AssertRefused(score, "stroke is on record"));

    [Fact]
    public void Sex_other_has_no_published_score() =>
        Assert.All(Report(Person(Sex.Other, 64, 138)).Published, score => AssertRefused(score, "men and women only"));

    [Fact]
    public void An_impossible_pressure_is_not_scored() =>
        Assert.All(Report(Person(Sex.Male, 64, -1)).Published, score => AssertRefused(score, "sbp"));

    [Fact]
    public void Every_missing_input_is_named_as_the_record_names_it()
    {
        string[] all = ["age", "gender", "sbp", "bp_treated", "diabetes", "smoking_status", "prior_cvd", "atrial_fibrillation"];

        Assert.All(Report(new()).Published, score =>
        {
            Assert.False(score.Applicable);
            Assert.Equal(all, score.Missing);
            Assert.Null(score.Probability);
        });
        var oneShort = Report(Person(Sex.Male, 64, 138) with { Smokes = null }).Published;
        Assert.All(oneShort, score => Assert.Equal(["smoking_status"], score.Missing));
    }

    [Fact]
    public void The_published_scores_come_first_and_each_states_its_source_and_horizon()
    {
        var report = Report(Person(Sex.Male, 64, 138));

        Assert.Equal(["fsrp_1994", "fsrp_2017"], report.Published.Select(score => score.Id));
        Assert.All(report.Published, score =>
        {
            Assert.Equal("10 years", score.Horizon);
            Assert.Matches("(Stroke 1994|Circulation 2017)", score.Citation);
        });
        Assert.Equal("missing_inputs", report.Demonstration.Reason);
    }

    private static RiskReport Report(RiskInputs inputs) => RiskReport.For(inputs, Core4Model.Shipped, Now);

    private static RiskInputs Person(Sex sex, double age, double pressure) => new()
    {
        Sex = sex,
        Age = age,
        SystolicBloodPressure = pressure,
        BloodPressureTreated = false,
        Diabetes = false,
        Smokes = false,
        PriorCvd = false,
        AtrialFibrillation = false,
        LeftVentricularHypertrophy = false,
    };

    private static void AssertPoints(int points, double probability, RiskInputs inputs)
    {
        var score = Framingham1994.Score(inputs);

        Assert.Equal((points, probability, RiskBound.Exact), (score.Points, score.Probability, score.Bound));
    }

    private static void AssertRevised(double probability, RiskInputs inputs) =>
        Assert.InRange(Framingham2017.Score(inputs).Probability!.Value, probability - 5e-5, probability + 5e-5);

    private static void AssertRefused(PublishedScore score, string why)
    {
        Assert.False(score.Applicable);
        Assert.Contains(why, score.WhyNot);
        Assert.Null(score.Probability);
        Assert.Null(score.Points);
        Assert.Empty(score.Missing);
    }
}
