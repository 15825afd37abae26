#pragma warning disable CA5394 // Nothing here is secret: it must come out the same again.

namespace StrokeCare.Demo;

/// <summary>What is drawn from one seed: the same seed gives the same clinic, on every machine.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => random.NextDouble() < probability;

    /// <summary>From the least to the most, both included.</summary>
    public int Whole(int least, int most) => random.Next(least, most + 1);

    /// <summary>Normally distributed, cut at both ends.</summary>
    public double Normal(double mean, double deviation, double least, double most)
    {
        var (u, v) = (1 - random.NextDouble(), random.NextDouble());
        return Math.Clamp(mean + (deviation * Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v)), least, most);
    }

    public T Of<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
