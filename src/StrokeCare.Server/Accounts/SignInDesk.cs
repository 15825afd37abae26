using System.Threading.RateLimiting;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>
/// Sign-ins through a bulkhead: a password check costs a third of a second of a core, so all but one core may work on
/// them, eight more may wait, and the rest is told at once to come back. A flood of sign-ins leaves the portal usable.
/// </summary>
internal sealed class SignInDesk(SignInHandler handler, Tokens tokens) : IDisposable
{
    private const int MaxWaiting = 8;

    private readonly ConcurrencyLimiter bulkhead = new(new()
    {
        PermitLimit = Math.Max(1, Environment.ProcessorCount - 1),
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public static Error Busy { get; } = new(ErrorKind.Unavailable, "login.busy", "Too many people sign in at this moment. Try again in a second.");

    public async Task<Result<(SignedIn Who, string AccessToken)>> SignInAsync(SignIn command, Origin origin, CancellationToken ct)
    {
        using var place = await bulkhead.AcquireAsync(1, ct);
        if (!place.IsAcquired) return Busy;
        var result = await handler.HandleAsync(command, origin, ct);
        return result.Succeeded ? (result.Value, tokens.Issue(result.Value.User, result.Value.Session)) : result.Error;
    }

    public void Dispose() => bulkhead.Dispose();
}
