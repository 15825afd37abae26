using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Consistency;

namespace StrokeCare.Server.Hosting;

/// <summary>Mails reset tokens beside the requests; at shutdown what is queued is still sent.</summary>
internal sealed class MailService(ResetMails mails) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => mails.RunAsync(stoppingToken);
}

/// <summary>Carries forward what a dead process left half done.</summary>
internal sealed class RecoveryService(RecoverIntents recovery) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => recovery.RunAsync(stoppingToken);
}

/// <summary>Deletes sessions and reset tokens a month after their end, once a day.</summary>
internal sealed class PurgeService(ISessionStore sessions, TimeProvider time, ILogger<PurgeService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var runner = new JobRunner("purge of ended sessions", logger);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await runner.TryAsync(ct => sessions.PurgeAsync(time.GetUtcNow() - Kept, ct), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Ended(logger, null);
        }
    }

    private static class Log
    {
        public static readonly Action<ILogger, Exception?> Ended = LoggerMessage.Define(
            LogLevel.Debug, new EventId(25, "PurgeEnded"), "No longer purging sessions");
    }
}
