using Microsoft.Extensions.Logging;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Consistency;

/// <summary>Carries open intents forward: at the start, and every 30 seconds for what another process left behind.</summary>
public sealed class RecoverIntents(
    IIntentStore intents, SelfRegistrationSaga selfRegistrations, ReassignPatientsHandler reassignments, CancelAppointmentsOfPatient archivings,
    TimeProvider time, ILogger<RecoverIntents> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Younger ones are being worked on by the request that made them.</summary>
    public static readonly TimeSpan Youngest = TimeSpan.FromSeconds(2);

    private const int PageSize = 100;

    private readonly JobRunner looking = new("look for open intents", logger);
    private readonly JobRunner resuming = new("recovery of an intent", logger);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            await RecoverAsync(ct);
            // What was left a moment before the start is old enough at the second look.
            await Task.Delay(Youngest, time, ct);
            await RecoverAsync(ct);
            while (await timer.WaitForNextTickAsync(ct)) await RecoverAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Log.Ended(logger);
        }
    }

    /// <summary>One look at all that are open. One that cannot go on holds up no other.</summary>
    public Task RecoverAsync(CancellationToken ct) => looking.TryAsync(
        async _ =>
        {
            var (madeBefore, page) = (time.GetUtcNow() - Youngest, (IReadOnlyList<Intent>)[]);
            do
            {
                page = await intents.OpenAsync(madeBefore, page is [.., var last] ? last : null, PageSize, ct);
                foreach (var intent in page)
                {
                    ct.ThrowIfCancellationRequested();
                    await resuming.TryAsync(_ => ResumeAsync(intent, ct), ct);
                }
            }
            while (page.Count == PageSize);
        }, ct);

    private async Task ResumeAsync(Intent intent, CancellationToken ct)
    {
        switch (intent.Kind)
        {
            case IntentKind.SelfRegistration: await selfRegistrations.ResumeAsync(intent); break;
            case IntentKind.Reassignment: await reassignments.ResumeAsync(intent, ct); break;
            case IntentKind.Archiving: await archivings.ResumeAsync(intent, ct); break;
            // Nobody left it open: it was to be taken up here, and is once it is due.
            case IntentKind.ArchivedLately: await archivings.LookAgainAsync(intent, ct); return;
        }

        Log.Recovered(logger, intent.Id);
    }

    private static class Log
    {
        private static readonly Action<ILogger, string, Exception?> RecoveredMessage = LoggerMessage.Define<string>(
            LogLevel.Information, new EventId(1, "IntentRecovered"), "Intent {Intent} was left open and is now at its end");

        private static readonly Action<ILogger, Exception?> EndedMessage = LoggerMessage.Define(
            LogLevel.Debug, new EventId(2, "RecoveryEnded"), "No longer looking for open intents");

        public static void Recovered(ILogger logger, string intent) => RecoveredMessage(logger, intent, null);

        public static void Ended(ILogger logger) => EndedMessage(logger, null);
    }
}
