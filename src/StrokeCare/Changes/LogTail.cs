using System.Runtime.CompilerServices;
using StrokeCare.Audit;

namespace StrokeCare.Changes;

/// <summary>
/// Follows the log from a seq onwards: whoever must hear of changes does it here. Woken in this process and, on
/// PostgreSQL, by NOTIFY; else it looks twice a second. Each follower gets every row once and in order.
/// </summary>
public sealed class LogTail(ISecurityLog log, TimeProvider time) : IDisposable
{
    // What another process has written is seen within a second, its way into the log and the look included.
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private const int BatchSize = 500;

    private readonly Lock gate = new();
    private readonly List<Signal> followers = [];

    /// <summary>Fans each append out to all followers; runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await log.Appended.WaitAsync(PollInterval, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }

            lock (gate)
            {
                foreach (var follower in followers) follower.Raise();
            }
        }
    }

    /// <summary>Rows after <paramref name="seq"/>, as they come, until cancelled.</summary>
    public async IAsyncEnumerable<LogRow> FollowAsync(long seq, [EnumeratorCancellation] CancellationToken ct)
    {
        using var woken = new Signal();
        lock (gate) followers.Add(woken);
        try
        {
            while (true)
            {
                var rows = await log.ReadAfterAsync(seq, BatchSize, ct);
                foreach (var row in rows)
                {
                    yield return row;
                    seq = row.Seq;
                }

                if (rows.Count == 0) await woken.WaitAsync(PollInterval, time, ct);
            }
        }
        finally
        {
            lock (gate) followers.Remove(woken);
        }
    }

    public void Dispose()
    {
        lock (gate) followers.Clear();
    }
}
