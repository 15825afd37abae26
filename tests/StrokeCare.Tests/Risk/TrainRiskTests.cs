using System.Text;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class TrainRiskTests
{
    /// <summary>Maximum likelihood estimates of each file, computed by other programs.</summary>
    private static readonly Dictionary<string, double[]> Estimates = new()
    {
        [TrainingFile.Generated] = [-5.929089, .590358, .739044, .590142, .306572],
        [TrainingFile.Public] = [-7.145839, .700504, .266659, .319467, .261436],
    };

    public static TheoryData<string> Files => TrainingFile.PublicPath is null ? [TrainingFile.Generated] : [TrainingFile.Generated, TrainingFile.Public];

    [Theory]
    [MemberData(nameof(Files))]
    public void Training_gives_the_maximum_likelihood_estimate(string file)
    {
        if (TrainingFile.PublicPath is null)
            TestContext.Current.AddWarning($"{TrainingFile.Public} is not on this machine: only the generated file was trained on.");
        using var csv = TrainingFile.Open(file);

        var model = TrainRisk.Run(csv);

        Assert.All(model.Coefficients.Zip(Estimates[file]), pair => Assert.InRange(pair.First, pair.Second - 1e-4, pair.Second + 1e-4));
        // Whoever trains on the file that the shipped model names must get the shipped model, to the last digit.
        Assert.Equal(model.Training.Sha256 == Core4Model.Shipped.Training.Sha256, model.ToJson() == Core4Model.Shipped.ToJson());
    }

    [Fact]
    public void Generated_outcomes_give_back_what_they_were_drawn_with()
    {
        var model = Generated();

        for (var i = 0; i < Core4Model.TermNames.Length; i++)
        {
            var error = Math.Sqrt(model.Covariance[i][i]);
            Assert.InRange(model.Coefficients[i], TrainingFile.GeneratedWith[i] - 3 * error, TrainingFile.GeneratedWith[i] + 3 * error);
        }
    }

    [Fact]
    public void At_the_estimate_predicted_and_labelled_sums_agree_for_every_term()
    {
        using var csv = TrainingFile.Open(TrainingFile.Generated);
        var data = TrainingRows.Read(csv);
        var model = TrainRisk.Model(data, "test", metrics: null);

        for (var i = 0; i < Core4Model.TermNames.Length; i++)
            Assert.Equal(0, data.Rows.Sum(row => Terms(row)[i] * ((row.Stroke ? 1 : 0) - Predicted(row))), 4);

        double Predicted(TrainingRow row) => model.Probability(row.Age, row.Hypertension, row.HeartDisease, row.AverageGlucose);
        static double[] Terms(TrainingRow row) => Core4Model.TermValues(row.Age, row.Hypertension, row.HeartDisease, row.AverageGlucose);
    }

    [Fact]
    public void A_two_by_two_table_has_its_textbook_odds_ratio_and_error()
    {
        // exposed: 12 of 40; unexposed: 5 of 60
        double[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { 1.0, i < 40 ? 1 : 0 })];
        bool[] outcomes = [.. Enumerable.Range(0, 100).Select(i => i < 12 || i is >= 40 and < 45)];

        var fit = Logistic.Fit(rows, outcomes);

        Assert.Equal(Math.Log(5.0 / 55), fit.Coefficients[0], 10);
        Assert.Equal(Math.Log(12.0 / 28 * 55 / 5), fit.Coefficients[1], 10);
        Assert.Equal(1.0 / 12 + 1.0 / 28 + 1.0 / 5 + 1.0 / 55, fit.Covariance[1][1], 10);
    }

    [Fact]
    public void An_offset_is_taken_as_known()
    {
        double[][] rows = [.. Enumerable.Range(0, 10).Select(_ => new[] { 1.0 })];
        bool[] outcomes = [.. Enumerable.Range(0, 10).Select(i => i < 3)];

        Assert.Equal(Math.Log(3.0 / 7) - 2, Logistic.Fit(rows, outcomes, [.. rows.Select(_ => 2.0)]).Coefficients[0], 10);
    }

    [Fact]
    public void The_same_file_gives_the_same_model_digit_for_digit() => Assert.Equal(Generated().ToJson(), Generated().ToJson());

    [Fact]
    public void What_is_written_down_is_what_the_file_held()
    {
        var model = Generated();

        Assert.Equal(4000, model.Training.Rows);
        Assert.InRange(model.Training.Events, 100, 1000);
        Assert.Equal([.8, 82], model.Clamp.Age);
        Assert.All(model.Percentiles.Groups, group => Assert.InRange(group.Rows, PercentileTables.SmallestGroup, 4000));
        Assert.InRange(model.Metrics!.CrossValidated.Mean.Auroc, .6, model.Metrics.Apparent.Auroc);
    }

    [Fact]
    public void Outcomes_that_one_factor_decides_have_no_estimate()
    {
        var lines = TrainingFile.Generate(400).TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','));
        var decided = Csv(lines.Select(f => $"{f[1]},{f[2]},{f[3]},{f[4]},{f[8]},{f[3]}"));

        Assert.Throws<InvalidDataException>(() => TrainRisk.Run(decided));
    }

    [Fact]
    public void A_factor_that_never_varies_has_no_estimate()
    {
        var lines = TrainingFile.Generate(400).TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','));
        var constant = Csv(lines.Select(f => $"{f[1]},{f[2]},0,{f[4]},{f[8]},{f[11]}"));

        Assert.Contains("never varies", Assert.Throws<InvalidDataException>(() => TrainRisk.Run(constant)).Message);
    }

    [Fact]
    public void A_file_without_rows_trains_nothing() =>
        Assert.Contains("no rows", Assert.Throws<InvalidDataException>(() => TrainRisk.Run(Csv([]))).Message);

    private static Core4Model Generated()
    {
        using var csv = TrainingFile.Open(TrainingFile.Generated);
        return TrainRisk.Run(csv);
    }

    private static MemoryStream Csv(IEnumerable<string> lines) =>
        new(Encoding.UTF8.GetBytes("gender,age,hypertension,heart_disease,avg_glucose_level,stroke\n" + string.Concat(lines.Select(line => line + "\n"))));
}
