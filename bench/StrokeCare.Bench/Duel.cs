namespace StrokeCare.Bench;

/// <summary>What one side did in one round: the figure that is compared and, for single operations, how long each took.</summary>
internal readonly record struct Sample(double Figure, double P50 = 0, double P99 = 0, double P95 = 0)
{
    /// <summary>Seconds of processor time this process spent in the round, on any thread.</summary>
    public double CpuSeconds { get; init; }
}

/// <summary>
/// Ours and by hand, turn and turn about. The machine's noise is slower than a round, so that it meets both alike; who
/// begins changes with every round, so that neither always finds the other's caches.
/// </summary>
internal sealed class Duel(TimeProvider time)
{
    public async Task<Bout> RunAsync(int warmUps, int rounds, Func<int, Task<Sample>> ours, Func<int, Task<Sample>> byHand)
    {
        var bout = new Bout();
        for (var round = 0; round < warmUps + rounds; round++)
        {
            var oursFirst = round % 2 == 0;
            var first = await QuietAsync(oursFirst ? ours : byHand, round);
            var second = await QuietAsync(oursFirst ? byHand : ours, round);
            if (round < warmUps) continue;
            bout.Ours.Add(oursFirst ? first : second);
            bout.ByHand.Add(oursFirst ? second : first);
        }

        return bout;
    }

    /// <summary>Ours alone, where there is nothing to hold it against.</summary>
    public async Task<Bout> RunAloneAsync(int warmUps, int rounds, Func<int, Task<Sample>> ours)
    {
        var bout = new Bout();
        for (var round = 0; round < warmUps + rounds; round++)
        {
            var sample = await QuietAsync(ours, round);
            if (round >= warmUps) bout.Ours.Add(sample);
        }

        return bout;
    }

    /// <summary>Milliseconds that <paramref name="work"/> takes.</summary>
    public async Task<double> MillisecondsAsync(Func<Task> work)
    {
        var began = time.GetTimestamp();
        await work();
        return time.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>The operations 0 … <paramref name="count"/>-1 shared among callers at once: how many a second, and how long each took.</summary>
    public async Task<Sample> CallersAsync(int callers, int count, Func<int, Task> operation)
    {
        var took = new double[count];
        var next = -1;
        var began = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                var at = time.GetTimestamp();
                await operation(i);
                took[i] = time.GetElapsedTime(at).TotalMilliseconds;
            }
        })));
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        return new Sample(count / seconds, Statistics.Percentile(took, 50), Statistics.Percentile(took, 99), Statistics.Percentile(took, 95));
    }

    private static async Task<Sample> QuietAsync(Func<int, Task<Sample>> side, int round)
    {
        // What the other side left behind is not collected on this side's time.
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        var sample = await side(round);
        return sample with { CpuSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds };
    }
}

/// <summary>The measured rounds of both sides, in pairs.</summary>
internal sealed class Bout
{
    public List<Sample> Ours { get; } = [];

    public List<Sample> ByHand { get; } = [];

    public double OursMedian => Statistics.Median(Ours.Select(s => s.Figure));

    public double ByHandMedian => Statistics.Median(ByHand.Select(s => s.Figure));

    /// <summary>Median of ours over median by hand.</summary>
    public double Ratio => OursMedian / ByHandMedian;

    /// <summary>Processor time of this process, ours over by hand: less shaken by whatever else the machine does. Of a server it holds the client's part only.</summary>
    public double CpuRatio => Statistics.Median(Ours.Select(s => s.CpuSeconds)) / Statistics.Median(ByHand.Select(s => s.CpuSeconds));

    /// <summary>The lowest and the highest ratio of one pair of rounds: how far the machine's noise reaches.</summary>
    public (double Low, double High) Spread
    {
        get
        {
            var pairs = Ours.Zip(ByHand, (ours, hand) => ours.Figure / hand.Figure).ToList();
            return (pairs.Min(), pairs.Max());
        }
    }
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> values) => Percentile(values, 50);

    /// <summary>The smallest value that at least <paramref name="percent"/> of all do not exceed.</summary>
    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        var rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Length - 1)];
    }
}
