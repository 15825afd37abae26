namespace StrokeCare.Risk;

/// <summary>How well a set of probabilities foretold the labels.</summary>
public sealed record Performance
{
    private static readonly double[] InterceptOnly = [1];

    /// <summary>Probability that a random labelled record scores above a random unlabelled one.</summary>
    public required double Auroc { get; init; }

    /// <summary>DeLong's standard error of the AUROC.</summary>
    public required double AurocStandardError { get; init; }

    /// <summary>Average precision; to be read against the base rate.</summary>
    public required double Auprc { get; init; }

    public required double Brier { get; init; }

    /// <summary>Calibration in the large: logit shift that would make the total right; 0 is ideal.</summary>
    public required double CalibrationIntercept { get; init; }

    /// <summary>1 is ideal; below 1 the probabilities are too extreme.</summary>
    public required double CalibrationSlope { get; init; }

    /// <summary>Mean gap between predicted and observed over ten bins of equal count.</summary>
    public required double Ece10 { get; init; }

    /// <summary>Observed over expected number of strokes.</summary>
    public required double ObservedToExpected { get; init; }

    /// <summary>Needs at least one labelled and one unlabelled record, and probabilities strictly between 0 and 1.</summary>
    public static Performance Of(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes)
    {
        var (auroc, error) = Ranking.Auroc(probabilities, outcomes);
        var logits = probabilities.Select(Logistic.Logit).ToArray();
        return new()
        {
            Auroc = Rounded(auroc),
            AurocStandardError = Rounded(error),
            Auprc = Rounded(Ranking.AveragePrecision(probabilities, outcomes)),
            Brier = Rounded(probabilities.Select((p, i) => Math.Pow(p - (outcomes[i] ? 1 : 0), 2)).Average()),
            CalibrationIntercept = Rounded(Logistic.Fit([.. logits.Select(_ => InterceptOnly)], outcomes, logits).Coefficients[0]),
            CalibrationSlope = Rounded(Logistic.Fit([.. logits.Select(logit => new[] { 1.0, logit })], outcomes).Coefficients[1]),
            Ece10 = Rounded(CalibrationBin.Ten(probabilities, outcomes).Sum(bin => bin.People * Math.Abs(bin.Observed - bin.Predicted)) / probabilities.Count),
            ObservedToExpected = Rounded(outcomes.Count(stroke => stroke) / probabilities.Sum()),
        };
    }

    internal static Performance Combine(IReadOnlyList<Performance> runs, Func<IReadOnlyList<double>, double> how)
    {
        double Of(Func<Performance, double> metric) => Rounded(how([.. runs.Select(metric)]));
        return new()
        {
            Auroc = Of(run => run.Auroc),
            AurocStandardError = Of(run => run.AurocStandardError),
            Auprc = Of(run => run.Auprc),
            Brier = Of(run => run.Brier),
            CalibrationIntercept = Of(run => run.CalibrationIntercept),
            CalibrationSlope = Of(run => run.CalibrationSlope),
            Ece10 = Of(run => run.Ece10),
            ObservedToExpected = Of(run => run.ObservedToExpected),
        };
    }

    // Six decimals: more would be noise, and would differ between processors.
    private static double Rounded(double value) => Math.Round(value, 6);
}

/// <summary>One tenth of the records, lowest probabilities first: a point of the calibration plot.</summary>
public sealed record CalibrationBin
{
    public required int People { get; init; }
    public required int Strokes { get; init; }

    /// <summary>Mean predicted probability.</summary>
    public required double Predicted { get; init; }

    public double Observed => (double)Strokes / People;

    internal static CalibrationBin[] Ten(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes)
    {
        var order = Enumerable.Range(0, probabilities.Count).OrderBy(i => probabilities[i]).ToArray();
        return [.. Enumerable.Range(0, 10)
            .Select(bin => order[(order.Length * bin / 10)..(order.Length * (bin + 1) / 10)])
            .Where(members => members.Length > 0)
            .Select(members => new CalibrationBin
            {
                People = members.Length,
                Strokes = members.Count(i => outcomes[i]),
                Predicted = members.Average(i => probabilities[i]),
            })];
    }
}

/// <summary>Measures that depend on the order of the probabilities alone; ties count half, and never by file order.</summary>
internal static class Ranking
{
    /// <summary>AUROC with DeLong's standard error (0 when one side has a single record).</summary>
    public static (double Auroc, double StandardError) Auroc(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes)
    {
        var positives = probabilities.Where((_, i) => outcomes[i]).Order().ToArray();
        var negatives = probabilities.Where((_, i) => !outcomes[i]).Order().ToArray();
        if (positives.Length == 0 || negatives.Length == 0)
            throw new InvalidDataException("An AUROC needs records with and without the label.");
        var beaten = positives.Select(p => ShareBelow(negatives, p)).ToArray();
        var beating = negatives.Select(n => 1 - ShareBelow(positives, n)).ToArray();
        return (beaten.Average(), Math.Sqrt(Variance(beaten) / beaten.Length + Variance(beating) / beating.Length));
    }

    /// <summary>Sum over distinct thresholds of the gain in recall times the precision there.</summary>
    public static double AveragePrecision(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes)
    {
        var all = outcomes.Count(stroke => stroke);
        var (flagged, hits, sum) = (0, 0, 0.0);
        foreach (var tie in Enumerable.Range(0, probabilities.Count).GroupBy(i => probabilities[i]).OrderByDescending(tie => tie.Key))
        {
            var gained = tie.Count(i => outcomes[i]);
            (flagged, hits) = (flagged + tie.Count(), hits + gained);
            sum += (double)gained / all * hits / flagged;
        }

        return sum;
    }

    private static double ShareBelow(double[] sorted, double value)
    {
        var (below, notAbove) = (FirstAtLeast(sorted, value), FirstAtLeast(sorted, Math.BitIncrement(value)));
        return (below + notAbove) / 2.0 / sorted.Length;
    }

    private static int FirstAtLeast(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}
