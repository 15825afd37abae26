namespace StrokeCare.Risk;

internal sealed record LogisticFit
{
    public required double[] Coefficients { get; init; }
    public required double[][] Covariance { get; init; }
    public required int Iterations { get; init; }
}

/// <summary>Logistic regression by exact maximum likelihood: Newton's method (IRLS), no penalty, no resampling.</summary>
internal static class Logistic
{
    private const int MostIterations = 50;
    private const double Converged = 1e-11;

    public static double Probability(double logit) => 1 / (1 + Math.Exp(-logit));

    public static double Logit(double probability) => Math.Log(probability / (1 - probability));

    /// <summary>
    /// The maximum likelihood estimate, which is unique when it exists. Throws <see cref="InvalidDataException"/> when it does not:
    /// a column determined by the others, or one that separates the outcomes perfectly.
    /// A row is one record's terms, the intercept's 1 included; an offset is a known part of its logit.
    /// </summary>
    public static LogisticFit Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, IReadOnlyList<double>? offsets = null)
    {
        var data = new Observations(rows, outcomes, offsets);
        var beta = new double[rows[0].Length];
        var likelihood = data.LogLikelihood(beta);
        for (var iteration = 1; iteration <= MostIterations; iteration++)
        {
            var factor = Cholesky.Of(data.Information(beta));
            var step = factor.Solve(data.Score(beta));
            (beta, likelihood) = Advance(data, beta, step, likelihood);
            if (step.Max(Math.Abs) < Converged)
                return new()
                {
                    Coefficients = beta,
                    Covariance = Cholesky.Of(data.Information(beta)).Inverse(),
                    Iterations = iteration,
                };
        }

        throw new InvalidDataException("The fit does not converge: some factor separates the outcomes perfectly.");
    }

    /// <summary>A full Newton step, halved while it makes the likelihood worse by more than rounding.</summary>
    private static (double[] Beta, double Likelihood) Advance(Observations data, double[] beta, double[] step, double before)
    {
        for (var scale = 1.0; scale > 1e-6; scale /= 2)
        {
            var next = beta.Select((b, i) => b + scale * step[i]).ToArray();
            var likelihood = data.LogLikelihood(next);
            if (likelihood >= before - 1e-9 * Math.Abs(before))
                return (next, likelihood);
        }

        throw new InvalidDataException("The fit cannot improve any further and has not converged.");
    }

    private sealed class Observations(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, IReadOnlyList<double>? offsets)
    {
        public double LogLikelihood(double[] beta)
        {
            var sum = 0.0;
            for (var i = 0; i < rows.Count; i++)
            {
                var logit = LogitOf(i, beta);
                // log(1 + e^x) without overflow: a saturated record must cost a finite amount.
                sum += (outcomes[i] ? logit : 0) - Math.Max(logit, 0) - Math.Log(1 + Math.Exp(-Math.Abs(logit)));
            }

            return sum;
        }

        public double[] Score(double[] beta)
        {
            var score = new double[beta.Length];
            for (var i = 0; i < rows.Count; i++)
            {
                var residual = (outcomes[i] ? 1 : 0) - Probability(LogitOf(i, beta));
                for (var k = 0; k < score.Length; k++)
                    score[k] += rows[i][k] * residual;
            }

            return score;
        }

        public double[][] Information(double[] beta)
        {
            var information = beta.Select(_ => new double[beta.Length]).ToArray();
            for (var i = 0; i < rows.Count; i++)
            {
                var (row, p) = (rows[i], Probability(LogitOf(i, beta)));
                for (var k = 0; k < row.Length; k++)
                    for (var l = 0; l <= k; l++)
                        information[k][l] += row[k] * row[l] * p * (1 - p);
            }

            return information;
        }

        private double LogitOf(int i, double[] beta)
        {
            var (row, sum) = (rows[i], offsets is null ? 0 : offsets[i]);
            for (var k = 0; k < row.Length; k++)
                sum += row[k] * beta[k];
            return sum;
        }
    }
}
