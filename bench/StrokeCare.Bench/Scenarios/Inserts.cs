using System.Globalization;
using StrokeCare.Patients;

namespace StrokeCare.Bench.Scenarios;

/// <summary>Durable inserts: by the thousand, by the hundred thousand, and one by one from several callers at once.</summary>
internal sealed class Inserts(IContest contest, SyntheticPatients people, Sizes size, Duel duel)
{
    /// <summary>How many one call adds.</summary>
    private const int Batch = 1_000;

    /// <summary>
    /// The same calls as are timed later, into databases that are thrown away. The compiler compiles what they run anew until
    /// the tenth call or so, and takes as much processor time as the call for that; a portal has that behind it.
    /// </summary>
    public async Task PractiseAsync(bool claims, CancellationToken ct)
    {
        for (var round = 0; round < size.Practice; round++)
        {
            var batch = people.Next(size.Bulk, claims);
            await contest.Ours.AddManyAsync(batch, ct);
            await contest.ByHand.AddManyAsync(batch, ct);
        }
    }

    public async Task<Line> BulkAsync(string where, bool claims, CancellationToken ct)
    {
        // The same people go to both sides: each has a database of its own.
        var rounds = Enumerable.Range(0, size.Rounds + 2).Select(_ => people.Next(size.Bulk, claims)).ToList();
        var bout = await duel.RunAsync(2, size.Rounds, round => AddAsync(contest.Ours, rounds[round]), round => AddAsync(contest.ByHand, rounds[round]));
        var inTime = contest.Aims.BulkMilliseconds is not { } limit || bout.OursMedian <= limit;
        var limitText = contest.Aims.BulkMilliseconds is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0} ms and ") : "";
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"{size.Bulk:#,0} inserts in one call, {where}"),
            Ours = Line.Milliseconds(bout.OursMedian),
            ByHand = Line.Milliseconds(bout.ByHandMedian),
            Ratio = bout.Ratio,
            Spread = bout.Spread,
            CpuRatio = bout.CpuRatio,
            Aim = string.Create(CultureInfo.InvariantCulture, $"{limitText}≤ {contest.Aims.Bulk:0.0}×"),
            Met = inTime && bout.Ratio <= contest.Aims.Bulk,
        };

        async Task<Sample> AddAsync(ISide side, List<PatientAdded> batch) => new(await duel.MillisecondsAsync(() => side.AddManyAsync(batch, ct)));
    }

    public async Task<Line> LargeAsync(bool claims, List<PatientId> added, CancellationToken ct)
    {
        var rounds = Enumerable.Range(0, size.LargeRounds).Select(_ => people.Next(size.LargeBulk, claims)).ToList();
        foreach (var person in rounds.SelectMany(round => round)) added.Add(person.Patient.Id);
        var bout = await duel.RunAsync(0, size.LargeRounds, round => AddAsync(contest.Ours, rounds[round]), round => AddAsync(contest.ByHand, rounds[round]));
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"{size.LargeBulk:#,0} inserts, {Batch:#,0} a call"),
            Ours = Large(bout.OursMedian),
            ByHand = Large(bout.ByHandMedian),
            Ratio = bout.Ratio,
            Spread = bout.Spread,
            CpuRatio = bout.CpuRatio,
            Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {contest.Aims.Bulk:0.0}×"),
            Met = bout.Ratio <= contest.Aims.Bulk,
        };

        async Task<Sample> AddAsync(ISide side, List<PatientAdded> all) => new(await duel.MillisecondsAsync(async () =>
        {
            foreach (var batch in all.Chunk(Batch)) await side.AddManyAsync(batch, ct);
        }));

        string Large(double milliseconds) => $"{Line.Milliseconds(milliseconds)} ({Line.PerSecond(size.LargeBulk / milliseconds * 1000)})";
    }

    public async Task<Line> SinglesAsync(int callers, int count, bool claims, CancellationToken ct)
    {
        var rounds = Enumerable.Range(0, size.Rounds + 1).Select(_ => people.Next(count, claims)).ToList();
        var bout = await duel.RunAsync(1, size.Rounds, round => AddAsync(contest.Ours, rounds[round]), round => AddAsync(contest.ByHand, rounds[round]));
        return new Line
        {
            What = $"Single durable inserts, {callers} {(callers == 1 ? "caller" : "callers")}{(claims && contest is Contests.MongoContest ? ", each with an MRN to claim" : "")}",
            Ours = Throughput(bout.Ours, bout.OursMedian),
            ByHand = Throughput(bout.ByHand, bout.ByHandMedian),
            Ratio = bout.Ratio,
            Spread = bout.Spread,
            CpuRatio = bout.CpuRatio,
            Aim = string.Create(CultureInfo.InvariantCulture, $"≥ {contest.Aims.SingleThroughput:0.00}× throughput"),
            Met = bout.Ratio >= contest.Aims.SingleThroughput,
        };

        Task<Sample> AddAsync(ISide side, List<PatientAdded> batch) => duel.CallersAsync(callers, batch.Count, i => side.AddAsync(batch[i], ct));
    }

    private static string Throughput(List<Sample> samples, double median) =>
        $"{Line.PerSecond(median)}, p50 {Line.Milliseconds(Statistics.Median(samples.Select(s => s.P50)))}, p99 {Line.Milliseconds(Statistics.Median(samples.Select(s => s.P99)))}";
}
