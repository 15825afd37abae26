using System.Globalization;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using ZiggyCreatures.Caching.Fusion;

namespace StrokeCare.Analytics;

/// <summary>
/// Keeps what was counted until a record changes. A key names the writes of this process and the last change the log has
/// told of, both read before the count: a count that was begun before a write is never found after it. A write of this
/// process counts before its answer leaves, one of another process when its row is in the log, which is looked at twice a second.
/// </summary>
public sealed class AnalyticsCache : IDisposable
{
    private const int MostKept = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ChangeSignal written;
    private readonly LogTail tail;
    private readonly ISecurityLog log;
    private readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly FusionCache cache;
    private readonly TimeProvider time;
    private readonly JobRunner runner;
    private long lastChange;

    public AnalyticsCache(ChangeSignal written, LogTail tail, ISecurityLog log, TimeProvider time, ILogger<AnalyticsCache> logger)
    {
        (this.written, this.tail, this.log, this.time) = (written, tail, log, time);
        cache = new FusionCache(new FusionCacheOptions(), memory);
        runner = new("following of changes for what is counted", logger);
    }

    /// <summary>Of many who ask at once one counts. <paramref name="lifetime"/> bounds what a clock changes: ages, days.</summary>
    public async Task<T> GetAsync<T>(string what, UserId? doctor, TimeSpan lifetime, Func<CancellationToken, Task<T>> count, CancellationToken ct)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{what} {doctor} {written.Count} {Interlocked.Read(ref lastChange)}");
        return await cache.GetOrSetAsync<T>(key, async (_, token) => await count(token), new FusionCacheEntryOptions(lifetime) { Size = 1 }, null, ct);
    }

    /// <summary>Follows the log for the changes of other processes; runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await runner.TryAsync(FollowAsync, ct);
            try
            {
                await Task.Delay(Pause, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        // Whatever was kept while nobody followed is older than this head.
        var head = (await log.HeadAsync(ct)).Seq;
        Interlocked.Exchange(ref lastChange, head);
        await foreach (var row in tail.FollowAsync(head, ct))
        {
            if (row.EntityVersion is not null) Interlocked.Exchange(ref lastChange, row.Seq);
        }
    }

    public void Dispose()
    {
        cache.Dispose();
        memory.Dispose();
    }
}
