using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace StrokeCare.Changes;

/// <summary>
/// Runs the steps of a job that must outlive any of them: an outage, or a bug in one step, is logged and the next step
/// is tried all the same. A row of failures is logged once, and once more when it is over.
/// </summary>
internal sealed class JobRunner(string job, ILogger logger)
{
    private bool failing;

    [SuppressMessage("Design", "CA1031", Justification = "A background job that dies silently is the worst outcome: here, and in the exception handler, anything is caught.")]
    public async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        try
        {
            await step(ct);
            if (failing) Log.Recovered(logger, job);
            failing = false;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller's loop sees it too and ends.
        }
        catch (Exception failure)
        {
            if (!failing) Log.Failed(logger, failure is StoreUnavailableException or IOException or TimeoutException, job, failure);
            failing = true;
        }
    }

    private static class Log
    {
        private static readonly Action<ILogger, string, Exception?> OutageMessage = LoggerMessage.Define<string>(
            LogLevel.Warning, new EventId(1, "JobWaits"), "The {Job} meets an outage; its next step is tried all the same, and it says when it is over");

        private static readonly Action<ILogger, string, Exception?> BugMessage = LoggerMessage.Define<string>(
            LogLevel.Error, new EventId(2, "JobFailed"), "The {Job} failed unexpectedly; its next step is tried all the same, and it says when it is over");

        private static readonly Action<ILogger, string, Exception?> RecoveredMessage = LoggerMessage.Define<string>(
            LogLevel.Information, new EventId(3, "JobRecovered"), "The {Job} works again");

        public static void Failed(ILogger logger, bool outage, string job, Exception failure) => (outage ? OutageMessage : BugMessage)(logger, job, failure);

        public static void Recovered(ILogger logger, string job) => RecoveredMessage(logger, job, null);
    }
}
