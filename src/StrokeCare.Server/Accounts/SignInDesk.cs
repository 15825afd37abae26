using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>Sign-ins over HTTP: who signed in gets an access token.</summary>
internal sealed class SignInDesk(SignInHandler handler, Tokens tokens)
{
    public async Task<Result<(SignedIn Who, string AccessToken)>> SignInAsync(SignIn command, Origin origin, CancellationToken ct)
    {
        var result = await handler.HandleAsync(command, origin, ct);
        return result.Succeeded ? (result.Value, tokens.Issue(result.Value.User, result.Value.Session)) : result.Error;
    }
}
