using System.Collections.Immutable;

namespace StrokeCare.Risk;

/// <summary>
/// Fits core4 by exact maximum likelihood and writes down all that scoring needs. The same file gives the same model, digit for digit:
/// <c>strokecare risk train stroke-train.csv --out core4-v1.json</c> reproduces the shipped one.
/// </summary>
public static class TrainRisk
{
    public const string DefaultId = "core4-v1";

    /// <summary>
    /// Reads the CSV, fits, cross-validates. Throws <see cref="InvalidDataException"/> for a bad line, and when the rows do not
    /// determine a model (fewer strokes than folds, a factor that never varies).
    /// </summary>
    public static Core4Model Run(Stream csv, string id = DefaultId)
    {
        var training = TrainingRows.Read(csv);
        var bare = Model(training, id, metrics: null);
        var evaluation = EvaluateRisk.Run(training, bare);
        return Model(training, id, new() { Apparent = evaluation.AsGiven, CrossValidated = evaluation.CrossValidated });
    }

    /// <summary>The model alone, without the metrics that cost fifty more fits.</summary>
    internal static Core4Model Model(TrainingRows training, string id, ModelMetrics? metrics)
    {
        if (training.Rows.Count == 0)
            throw new InvalidDataException("The file holds no rows.");
        var fit = Core4Trainer.Fit(training.Rows);
        // Ten decimals are far below the standard errors and make the file the same on every processor.
        var rounded = fit.Coefficients.Select(c => Math.Round(c, 10)).ToImmutableArray();
        return new()
        {
            Id = id,
            Terms = Core4Model.TermNames,
            Coefficients = rounded,
            Covariance = [.. fit.Covariance.Select(row => row.Select(c => Math.Round(c, 12)).ToImmutableArray())],
            Clamp = new()
            {
                Age = [training.Rows.Min(row => row.Age), training.Rows.Max(row => row.Age)],
                AverageGlucose = [training.Rows.Min(row => row.AverageGlucose), training.Rows.Max(row => row.AverageGlucose)],
            },
            Training = new() { Sha256 = training.Sha256, Rows = training.Rows.Count, Events = training.Events },
            Percentiles = PercentileTables.From(training.Rows, row => Core4Trainer.Probability(row, rounded)),
            Metrics = metrics,
        };
    }
}

/// <summary>The fit behind <see cref="TrainRisk"/>: which terms a training row has, and what weights they get.</summary>
internal static class Core4Trainer
{
    public static LogisticFit Fit(IReadOnlyList<TrainingRow> rows) =>
        Logistic.Fit([.. rows.Select(Terms)], [.. rows.Select(row => row.Stroke)]);

    public static double Probability(TrainingRow row, IReadOnlyList<double> coefficients) =>
        Logistic.Probability(Terms(row).Zip(coefficients, (term, coefficient) => term * coefficient).Sum());

    private static double[] Terms(TrainingRow row) =>
        Core4Model.TermValues(row.Age, row.Hypertension, row.HeartDisease, row.AverageGlucose);
}
