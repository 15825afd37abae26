using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Bench.Scenarios;

/// <summary>The chained log: appending, verifying, and how far behind the writes it is. There is nothing to hold these against.</summary>
internal sealed class Logging(IContest contest, SyntheticPatients people, Sizes size, Duel duel, TimeProvider time, string folder)
{
    /// <summary>What the relay carries at a time.</summary>
    private const int Batch = 256;

    /// <summary>Carries everything that the inserts left pending, so that what follows starts level.</summary>
    public async Task<Line> DrainAsync(CancellationToken ct)
    {
        var carried = 0;
        var took = await duel.MillisecondsAsync(async () => carried = await Relay().DrainAsync(ct));
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"Relay: {carried:#,0} pending changes read, appended with the chain, cleared"),
            Ours = Line.PerSecond(carried / took * 1000),
        };
    }

    public async Task<Line> AppendAsync(CancellationToken ct)
    {
        var per = size.Bulk;
        var bout = await duel.RunAloneAsync(1, size.Rounds, async _ =>
        {
            var changes = Views(per);
            var took = await duel.MillisecondsAsync(async () =>
            {
                foreach (var batch in changes.Chunk(Batch)) await contest.Log.AppendAsync(batch, ct);
            });
            return new Sample(per / took * 1000);
        });
        return new Line { What = $"Log append with chain, {Batch} rows a commit", Ours = Line.PerSecond(bout.OursMedian) };
    }

    /// <summary>What every audited read waits for before its body leaves.</summary>
    public async Task<Line> AppendSingleAsync(int callers, int count, CancellationToken ct)
    {
        var bout = await duel.RunAloneAsync(1, size.Rounds, _ =>
        {
            var changes = Views(count);
            return duel.CallersAsync(callers, count, i => contest.Log.AppendAsync([changes[i]], ct));
        });
        return new Line
        {
            What = $"Log append of one audited read, {callers} {(callers == 1 ? "caller" : "callers")}",
            Ours = $"{Line.PerSecond(bout.OursMedian)}, p50 {Line.Milliseconds(Statistics.Median(bout.Ours.Select(s => s.P50)))}, p99 {Line.Milliseconds(Statistics.Median(bout.Ours.Select(s => s.P99)))}",
        };
    }

    public async Task<Line> VerifyAsync(CancellationToken ct)
    {
        using var keys = SigningKeys.Open(Path.Combine(folder, $"keys-{contest.Engine}"), "checkpoint", time);
        var verify = new VerifyLogHandler(contest.Log, [contest.Source], Relay(), new CheckpointFile(Path.Combine(folder, $"{contest.Engine}.checkpoints")), keys);
        LogVerification? seen = null;
        var took = await duel.MillisecondsAsync(async () => seen = await verify.HandleAsync(null, ct));
        if (!seen!.Ok) throw new InvalidOperationException($"The log does not verify: {seen.Findings[0]}.");
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"`audit verify` of {seen.Rows:#,0} rows against {seen.Entities:#,0} records"),
            Ours = $"{Line.PerSecond(seen.Rows / took * 1000)} ({Line.Milliseconds(took)})",
            Aim = "1,000,000 rows in 30 s (33,330/s)",
            Met = seen.Rows / took * 1000 >= 1_000_000 / 30.0,
        };
    }

    /// <summary>From the moment a write is answered to the moment a follower of the log holds its row; the relay running as in the portal.</summary>
    public async Task<Line> LagAsync(int callers, CancellationToken ct)
    {
        var added = people.Next(size.Relayed, claims: false);
        var answered = new Dictionary<string, long>(StringComparer.Ordinal);
        var arrived = new Dictionary<string, long>(StringComparer.Ordinal);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var tail = new LogTail(contest.Log, time);
        var head = await contest.Log.HeadAsync(ct);
        var running = new[] { Relay().RunAsync(stop.Token), tail.RunAsync(stop.Token) };
        var following = Task.Run(async () =>
        {
            await foreach (var row in tail.FollowAsync(head.Seq, stop.Token))
            {
                arrived[row.ChangeId] = time.GetTimestamp();
                if (arrived.Count == added.Count) return;
            }
        }, ct);
        var sample = await duel.CallersAsync(callers, added.Count, async i =>
        {
            await contest.Ours.AddAsync(added[i], ct);
            var at = time.GetTimestamp();
            lock (answered) answered[added[i].Change.ChangeId] = at;
        });
        await following.WaitAsync(TimeSpan.FromSeconds(60), time, ct);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        // A follower can have the row before the writer has its answer; that is no lag.
        var lags = answered.Select(a => Math.Max(0, time.GetElapsedTime(a.Value, arrived[a.Key]).TotalMilliseconds)).ToList();
        return new Line
        {
            What = $"Relay lag, write answered → row in the log at a follower, {callers} {(callers == 1 ? "caller" : "callers")}",
            Ours = $"p50 {Line.Milliseconds(Statistics.Percentile(lags, 50))}, p99 {Line.Milliseconds(Statistics.Percentile(lags, 99))}, max {Line.Milliseconds(lags.Max())} at {Line.PerSecond(sample.Figure)}",
            Aim = "p99 < 1 s",
            Met = Statistics.Percentile(lags, 99) < 1_000,
        };
    }

    private Relay Relay() => new([contest.Source], contest.Log, contest.Changed, time, NullLogger<Relay>.Instance);

    /// <summary>Reads of patients, as the log gets them.</summary>
    private List<Change> Views(int count) => [.. people.Next(count, claims: false).Select(one => one.Change with
    {
        Action = AuditAction.PatientViewed,
        Description = $"Patient {one.Patient.Id} viewed",
        EntityVersion = null,
        EntityType = null,
        EntityId = null,
    })];
}
