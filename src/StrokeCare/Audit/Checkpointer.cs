using Microsoft.Extensions.Logging;
using StrokeCare.Changes;

namespace StrokeCare.Audit;

/// <summary>
/// Signs the log's head twice a second while it moves, and once more at shutdown. It signs only a log that still holds
/// the row of its last checkpoint: a truncated or rewritten log is never blessed.
/// </summary>
public sealed class Checkpointer(ISecurityLog log, CheckpointFile file, SigningKeys keys, TimeProvider time, ILogger<Checkpointer> logger)
{
    /// <summary>Half of the second within which an append is covered.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly JobRunner runner = new("checkpointer", logger);
    private Checkpoint? last;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) await TryCoverAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Shutdown: what was appended since the last tick is covered below.
        }

        await TryCoverAsync(CancellationToken.None);
    }

    /// <summary>Covers the head as it is now. False when the log contradicts the last checkpoint: nothing was signed.</summary>
    public async Task<bool> CoverAsync(CancellationToken ct)
    {
        last ??= file.Last(keys);
        var head = await log.HeadAsync(ct);
        if (head.Seq == (last?.Seq ?? 0) && head.Hash == (last?.Hash ?? head.Hash)) return true;
        if (last is not null && !await HoldsAsync(last, ct))
        {
            Log.Contradicted(logger, last.Seq);
            return false;
        }

        var next = Checkpoint.Sign(head, time.GetUtcNow(), keys.Current);
        file.Append(next);
        last = next;
        return true;
    }

    /// <summary>The highest that is in the file, whichever process has written it.</summary>
    public Checkpoint? Last() => file.Last(keys);

    private Task TryCoverAsync(CancellationToken ct) => runner.TryAsync(CoverAsync, ct);

    private async Task<bool> HoldsAsync(Checkpoint covered, CancellationToken ct) =>
        await log.ReadAfterAsync(covered.Seq - 1, 1, ct) is [{ } row] && row.Seq == covered.Seq && row.Hash == covered.Hash;

    private static class Log
    {
        private static readonly Action<ILogger, long, Exception?> ContradictedMessage = LoggerMessage.Define<long>(
            LogLevel.Critical, new EventId(2, "CheckpointContradicted"), "The security log no longer holds the row of checkpoint {Seq}: nothing is signed. Run: strokecare audit verify");

        public static void Contradicted(ILogger logger, long seq) => ContradictedMessage(logger, seq, null);
    }
}
