namespace StrokeCare.Risk;

/// <summary>The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, given by its lower half.</summary>
internal sealed class Cholesky
{
    private readonly double[][] _lower;

    private Cholesky(double[][] lower) => _lower = lower;

    /// <summary>Throws <see cref="InvalidDataException"/> when the matrix is singular to working precision.</summary>
    public static Cholesky Of(double[][] matrix)
    {
        var lower = matrix.Select(_ => new double[matrix.Length]).ToArray();
        for (var i = 0; i < matrix.Length; i++)
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i][j];
                for (var k = 0; k < j; k++)
                    rest -= lower[i][k] * lower[j][k];
                if (i == j && !(rest > 1e-12 * Math.Max(matrix[i][i], double.Epsilon)))
                    throw new InvalidDataException("The data do not determine the fit: a factor never varies, repeats another, or separates the outcomes.");
                lower[i][j] = i == j ? Math.Sqrt(rest) : rest / lower[j][j];
            }

        return new(lower);
    }

    public double[] Solve(double[] right)
    {
        var size = _lower.Length;
        var x = (double[])right.Clone();
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
                x[i] -= _lower[i][k] * x[k];
            x[i] /= _lower[i][i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
                x[i] -= _lower[k][i] * x[k];
            x[i] /= _lower[i][i];
        }

        return x;
    }

    public double[][] Inverse() =>
        [.. Enumerable.Range(0, _lower.Length).Select(i => Solve([.. _lower.Select((_, k) => k == i ? 1.0 : 0.0)]))];
}
