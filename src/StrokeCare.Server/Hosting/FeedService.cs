using StrokeCare.Analytics;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>
/// What runs beside the requests: the relay into the log, the tail that wakes its followers, the cache and the open
/// pages that follow it, the checkpointer. At shutdown the requests have ended before this stops; what they left is carried and covered before
/// the process ends.
/// </summary>
internal sealed class FeedService(Relay relay, LogTail tail, AnalyticsCache analytics, LiveFeed pages, Checkpointer checkpointer, ILogger<FeedService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var covering = new CancellationTokenSource();
        var covers = checkpointer.RunAsync(covering.Token);
        await Task.WhenAll(relay.RunAsync(stoppingToken), tail.RunAsync(stoppingToken), analytics.RunAsync(stoppingToken), pages.RunAsync(stoppingToken));
        await DrainAsync();
        await covering.CancelAsync();
        await covers;
    }

    private async Task DrainAsync()
    {
        try
        {
            await relay.DrainAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException or IOException)
        {
            Log.LeftPending(logger, away);
        }
    }

    private static class Log
    {
        private static readonly Action<ILogger, Exception?> LeftPendingMessage = LoggerMessage.Define(
            LogLevel.Warning, new EventId(20, "LeftPending"), "A store was away at shutdown: changes stay pending and are carried at the next start");

        public static void LeftPending(ILogger logger, Exception away) => LeftPendingMessage(logger, away);
    }
}

/// <summary>Looks after MongoDB while the portal serves: connects it if it was away at the start, and recovers claims of records.</summary>
internal sealed class MongoService(Stores stores) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => stores.Mongo?.RunAsync(stoppingToken) ?? Task.CompletedTask;
}

/// <summary>Brings in what is sent to the page of imports. At shutdown it ends its batch before the relay stops, which carries the last of it.</summary>
internal sealed class ImportService(ImportDesk desk) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => desk.RunAsync(stoppingToken);
}

/// <summary>Behind a proxy, stays open for a moment after /health/ready has begun to say "stopping", so that the proxy turns away first.</summary>
internal sealed class Farewell(ListenOptions listen, TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(2);

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        listen.TrustedProxies.Count > 0 ? Task.Delay(Notice, time, cancellationToken) : Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
