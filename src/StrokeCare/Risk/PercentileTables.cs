using System.Collections.Immutable;

namespace StrokeCare.Risk;

/// <summary>
/// Where a probability stands among the training records. A table holds the quantiles at 0.5, 1.5, ... 98.5 %: as many of them as lie
/// below a probability is its percentile, rounded to the nearest whole percent and never "higher than 100 %".
/// </summary>
public sealed record PercentileTables
{
    private const int Cuts = 99;

    /// <summary>Below this many records a sex and age decade gets no table of its own.</summary>
    public const int SmallestGroup = 50;

    public required ImmutableArray<double> Overall { get; init; }
    public required ImmutableArray<PercentileGroup> Groups { get; init; }

    /// <summary>Share of all records with a lower probability, whole percent from 0 to 99.</summary>
    public int Of(double probability) => Percentile(Overall, probability);

    /// <summary>The same among records of that sex and age decade; null when the training file holds too few of them.</summary>
    public int? Of(double probability, Sex? sex, double age) =>
        sex is { } known && Groups.FirstOrDefault(g => g.Sex == known && g.FromAge == Decade(age)) is { } group
            ? Percentile(group.Quantiles, probability)
            : null;

    internal static PercentileTables From(IReadOnlyList<TrainingRow> rows, Func<TrainingRow, double> probability) => new()
    {
        Overall = Quantiles(rows.Select(probability)),
        Groups =
        [
            // Nobody under 18 is assessed, so nobody is compared with them.
            .. rows.Where(row => row.Age >= RiskAssessment.YoungestAge)
                .GroupBy(row => (row.Sex, FromAge: Decade(row.Age)))
                .Where(group => group.Count() >= SmallestGroup)
                .OrderBy(group => group.Key)
                .Select(group => new PercentileGroup
                {
                    Sex = group.Key.Sex,
                    FromAge = group.Key.FromAge,
                    Rows = group.Count(),
                    Quantiles = Quantiles(group.Select(probability)),
                }),
        ],
    };

    internal void CheckWhole()
    {
        foreach (var table in Groups.Select(group => group.Quantiles).Prepend(Overall))
            if (table.Length != Cuts || table.Zip(table.Skip(1)).Any(pair => !(pair.First <= pair.Second)))
                throw new InvalidDataException($"A percentile table is {Cuts} numbers that never fall.");
    }

    private static int Decade(double age) => (int)(age / 10) * 10;

    private static ImmutableArray<double> Quantiles(IEnumerable<double> probabilities)
    {
        var sorted = probabilities.Order().ToArray();
        return [.. Enumerable.Range(0, Cuts).Select(cut => Math.Round(Quantile(sorted, (cut + 0.5) / 100), 6))];
    }

    private static double Quantile(double[] sorted, double share)
    {
        var position = (sorted.Length - 1) * share;
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static int Percentile(ImmutableArray<double> quantiles, double probability) =>
        quantiles.Count(quantile => quantile < probability);
}

public sealed record PercentileGroup
{
    public required Sex Sex { get; init; }

    /// <summary>First year of the age decade: 60 stands for 60 to 69.</summary>
    public required int FromAge { get; init; }

    public required int Rows { get; init; }
    public required ImmutableArray<double> Quantiles { get; init; }
}
