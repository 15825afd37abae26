using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

/// <summary>
/// Makes reset tokens and mails them, a few at a time, beside the requests; to one account three in five minutes, so that
/// who asks for another because something went wrong gets one, and who asks on and on fills nobody's box. A mail that
/// cannot be sent is tried three times; what a crash or a full queue leaves out is asked for again by its user.
/// </summary>
public sealed class ResetMails(ISessionStore tokens, IMailGateway mail, PublicAddress portal, TimeProvider time, ILogger<ResetMails> logger)
{
    private const int MostWaiting = 1000;
    private const int MostRemembered = 10_000;
    private const int Tries = 3;
    private const int AtOnce = 4;

    public const int MostToAnAccount = 3;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Channel<WantedReset> wanted = Channel.CreateBounded<WantedReset>(MostWaiting);

    // Whatever one mail meets, the next one is sent all the same.
    private readonly JobRunner runner = new("mailing of reset tokens", logger);

    private readonly RecentEvents asked = new(MostToAnAccount, Window, MostRemembered, time);

    public void Want(WantedReset reset)
    {
        if (asked.TryAdd(reset.UserId.ToString()) is not null) return;
        if (!wanted.Writer.TryWrite(reset)) Log.Dropped(logger, reset.UserId.Value);
    }

    /// <summary>Runs until cancelled; what is queued then is still sent, once each.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = ct.Register(() => wanted.Writer.TryComplete());
        await Parallel.ForEachAsync(
            wanted.Reader.ReadAllAsync(CancellationToken.None),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None },
            async (reset, _) => await runner.TryAsync(_ => SendAsync(reset, ct), CancellationToken.None));
    }

    private async Task SendAsync(WantedReset reset, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (text, hash) = ResetTokenText.New();
                await tokens.AddResetTokenAsync(new(hash, reset.UserId, time.GetUtcNow()), CancellationToken.None);
                await mail.SendAsync(Written(reset, text), CancellationToken.None);
                return;
            }
            catch (Exception away) when (away is IOException or TimeoutException or StoreUnavailableException)
            {
                Log.NotSent(logger, reset.UserId.Value, attempt, away);
                if (attempt == Tries || ct.IsCancellationRequested) return;
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    // The token is in the part of the address that browsers keep to themselves: it reaches no server's log.
    private Mail Written(WantedReset reset, string token) => new(
        reset.Email,
        "Set a new password for StrokeCare Portal",
        $"""
        Somebody, probably you, asked to set a new password for the account {reset.Username}.

        {portal.Url}/reset-password#token={token}

        If the page asks for the code of this mail, it is {token}

        This works once, for {ResetToken.Lifetime.TotalMinutes:0} minutes. If it was not you, nothing has changed and you need do nothing.
        """);

    private static class Log
    {
        private static readonly Action<ILogger, int, int, Exception?> NotSentMessage = LoggerMessage.Define<int, int>(
            LogLevel.Warning, new EventId(1, "ResetMailNotSent"), "The reset mail for user {UserId} was not sent at attempt {Attempt}");

        private static readonly Action<ILogger, int, Exception?> DroppedMessage = LoggerMessage.Define<int>(
            LogLevel.Warning, new EventId(2, "ResetMailDropped"), "Too many reset mails wait: none is sent to user {UserId}");

        public static void NotSent(ILogger logger, int userId, int attempt, Exception away) => NotSentMessage(logger, userId, attempt, away);

        public static void Dropped(ILogger logger, int userId) => DroppedMessage(logger, userId, null);
    }
}

/// <summary>Where people reach this portal, without a slash at the end.</summary>
public sealed record PublicAddress(string Url);
