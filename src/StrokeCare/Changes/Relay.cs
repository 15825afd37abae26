using Microsoft.Extensions.Logging;
using StrokeCare.Audit;

namespace StrokeCare.Changes;

/// <summary>
/// Carries changes from the clinical stores into the security log; it does nothing else. Woken by each write, and
/// by itself every second for what another process left behind. Any number of relays may run: the log drops what it
/// has, and clearing is safe to repeat.
/// </summary>
public sealed class Relay(IReadOnlyList<IChangeSource> sources, ISecurityLog log, ChangeSignal changed, TimeProvider time, ILogger<Relay> logger)
{
    public static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(1);

    private const int BatchSize = 256;

    /// <summary>Runs until cancelled. A failure is logged and tried again at the next scan; nothing is lost by it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var runner = new JobRunner("relay", logger);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await changed.Signal.WaitAsync(ScanInterval, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }

            await runner.TryAsync(DrainAsync, ct);
        }
    }

    /// <summary>Carries until nothing is pending; answers how many changes were carried.</summary>
    public async Task<int> DrainAsync(CancellationToken ct)
    {
        var carried = 0;
        foreach (var source in sources)
        {
            while (true)
            {
                var pending = await source.PendingAsync(BatchSize, ct);
                if (pending.Count == 0) break;
                Failpoint.Hit("relay.before_append");
                await log.AppendAsync(pending, ct);
                Failpoint.Hit("relay.before_clear");
                await source.ClearAsync(pending, ct);
                Failpoint.Hit("relay.after_clear");
                carried += pending.Count;
            }
        }

        return carried;
    }
}
