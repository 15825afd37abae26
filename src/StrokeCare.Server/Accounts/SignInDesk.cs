using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>Sign-ins over HTTP: guessing is slowed before any password is hashed, and who signed in gets an access token.</summary>
internal sealed class SignInDesk(SignInHandler handler, PasswordDesk passwords, Tokens tokens, GuessLimits limits)
{
    public static Error TooMany { get; } = new(ErrorKind.TooMany, "login.too_many", "Too many attempts to sign in. Wait before you try again.");

    public async Task<Result<(SignedIn Who, string AccessToken)>> SignInAsync(SignIn command, Origin origin, CancellationToken ct)
    {
        // Beyond what can be worked on nobody is told anything else, whoever they are.
        if (passwords.IsBusy) return PasswordDesk.Busy;
        if (limits.MustWait(origin.IpAddress, command.Username) is { } wait) return TooMany with { RetryAfter = wait };
        var result = await handler.HandleAsync(command, origin, ct);
        if (result.Succeeded) return (result.Value, tokens.Issue(result.Value.User, result.Value.Session));
        if (result.Error.Kind is ErrorKind.Unauthenticated) limits.Failed(origin.IpAddress, command.Username);
        return result.Error;
    }
}
