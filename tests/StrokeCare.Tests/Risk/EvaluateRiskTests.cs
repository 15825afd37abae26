using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class EvaluateRiskTests
{
    private static readonly Lazy<RiskEvaluation> Evaluation = new(Evaluate);
    private static readonly double[] Probabilities = [.1, .2, .2, .4, .6, .6, .8, .9];
    private static readonly bool[] Outcomes = [false, false, true, false, false, true, true, true];

    [Fact]
    public void The_area_under_the_curve_counts_every_pair_and_ties_half()
    {
        // pairs won by the four labelled: .2 -> 1.5, .6 -> 3.5, .8 -> 4, .9 -> 4 of 4 each
        Assert.Equal(13 / 16.0, Ranking.Auroc(Probabilities, Outcomes).Auroc, 12);
    }

    [Fact]
    public void Its_error_is_DeLongs()
    {
        // shares of pairs won: labelled .375 .875 1 1, unlabelled (lost to) 1 .875 .75 .625
        double[] won = [.375, .875, 1, 1];
        double[] lost = [1, .875, .75, .625];
        var variance = Variance(won) / 4 + Variance(lost) / 4;

        Assert.Equal(Math.Sqrt(variance), Ranking.Auroc(Probabilities, Outcomes).StandardError, 12);

        static double Variance(double[] values) => values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1);
    }

    [Fact]
    public void Average_precision_takes_a_tie_as_one_step() =>
        // .9: 1/1; .8: 2/2; .6 (two, one right): 3/4; .4: no gain; .2 (two, one right): 4/7
        Assert.Equal((1 + 1 + .75 + 4 / 7.0) / 4, Ranking.AveragePrecision(Probabilities, Outcomes), 12);

    [Fact]
    public void Brier_and_observed_to_expected_are_plain_sums()
    {
        var performance = Performance.Of(Probabilities, Outcomes);

        Assert.Equal(Math.Round((.01 + .04 + .64 + .16 + .36 + .16 + .04 + .01) / 8, 6), performance.Brier);
        Assert.Equal(Math.Round(4 / 3.8, 6), performance.ObservedToExpected);
    }

    [Fact]
    public void Right_probabilities_have_slope_one_and_no_shift()
    {
        // 10 records at .2 of which 2, 10 at .6 of which 6
        double[] probabilities = [.. Enumerable.Repeat(.2, 10), .. Enumerable.Repeat(.6, 10)];
        bool[] outcomes = [.. Enumerable.Range(0, 10).Select(i => i < 2), .. Enumerable.Range(0, 10).Select(i => i < 6)];

        var right = Performance.Of(probabilities, outcomes);
        var shifted = Performance.Of([.. probabilities.Select(p => Logistic.Probability(Logistic.Logit(p) + 1))], outcomes);
        var stretched = Performance.Of([.. probabilities.Select(p => Logistic.Probability(Logistic.Logit(p) * 2))], outcomes);

        Assert.Equal((0, 1, 1), (Math.Abs(right.CalibrationIntercept), right.CalibrationSlope, right.ObservedToExpected));
        Assert.Equal((-1, 1), (shifted.CalibrationIntercept, shifted.CalibrationSlope));
        Assert.Equal(.5, stretched.CalibrationSlope);
    }

    [Fact]
    public void The_calibration_error_is_the_weighted_gap_of_ten_equal_bins()
    {
        // 20 records, two to a bin; every record of bin b predicted b/10 + .05, outcomes all false: the gap is the prediction
        double[] probabilities = [.. Enumerable.Range(0, 20).Select(i => i / 2 / 10.0 + .05)];
        bool[] outcomes = [.. Enumerable.Range(0, 20).Select(i => i == 19 || i == 0)];

        var bins = CalibrationBin.Ten(probabilities, outcomes);

        Assert.Equal(Enumerable.Repeat(2, 10), bins.Select(bin => bin.People));
        Assert.Equal(Math.Round((.45 + .15 + .25 + .35 + .45 + .55 + .65 + .75 + .85 + .45) / 10, 6), Performance.Of(probabilities, outcomes).Ece10);
    }

    [Fact]
    public void An_evaluation_repeats_itself_and_counts_everyone_once()
    {
        var evaluation = Evaluation.Value;

        Assert.Equal(evaluation.ToText(), Evaluate().ToText());
        Assert.Equal(evaluation.People, evaluation.Levels.Sum(level => level.People));
        Assert.Equal(evaluation.Strokes, evaluation.Levels.Sum(level => level.Strokes));
        Assert.Equal(evaluation.People, evaluation.Calibration.Sum(bin => bin.People));
        Assert.Equal(evaluation.People, evaluation.Groups.Where(group => group.Name is "women" or "men").Sum(group => group.People));
        Assert.Equal(evaluation.People, evaluation.Groups.Where(group => group.Name.StartsWith("age ") && group.Name != "age 18+").Sum(group => group.People));
    }

    [Fact]
    public void Nobody_is_scored_by_a_model_that_has_seen_them()
    {
        var evaluation = Evaluation.Value;

        Assert.True(evaluation.CrossValidated.Mean.Auroc < evaluation.AsGiven.Auroc);
        Assert.True(evaluation.CrossValidated.Mean.Brier > evaluation.AsGiven.Brier);
        Assert.InRange(evaluation.CrossValidated.StandardDeviation.Auroc, 1e-6, .01);
    }

    [Fact]
    public void It_says_whether_the_file_is_the_models_own()
    {
        using var csv = TrainingFile.Open(TrainingFile.Generated);
        var foreign = EvaluateRisk.Run(csv, Core4Model.Shipped);

        Assert.False(foreign.IsTrainingFile);
        Assert.Contains("as given", foreign.ToText());
        Assert.True(Evaluation.Value.IsTrainingFile);
        Assert.Contains("apparent", Evaluation.Value.ToText());
    }

    [Fact]
    public void The_text_states_every_measure_and_the_reservation()
    {
        var text = Evaluation.Value.ToText();

        Assert.All(
            ["AUROC", "AUPRC", "Brier", "calibration intercept", "calibration slope", "ECE", "observed / expected", "very_high", "women", "Demonstration, not for patient care"],
            word => Assert.Contains(word, text));
        Assert.DoesNotContain(text.Split('\n'), line => line.EndsWith(' '));
    }

    [Fact]
    public void Too_few_strokes_to_deal_out_are_refused()
    {
        using var csv = TrainingFile.Open(TrainingFile.Generated);
        var data = TrainingRows.Read(csv);
        var few = data with { Rows = [.. data.Rows.Where(row => !row.Stroke), .. data.Rows.Where(row => row.Stroke).Take(4)] };

        Assert.Contains("at least 5", Assert.Throws<InvalidDataException>(() => EvaluateRisk.Run(few, Core4Model.Shipped)).Message);
    }

    private static RiskEvaluation Evaluate()
    {
        using var csv = TrainingFile.Open(TrainingFile.Generated);
        var data = TrainingRows.Read(csv);
        return EvaluateRisk.Run(data, TrainRisk.Model(data, "test", metrics: null));
    }
}
