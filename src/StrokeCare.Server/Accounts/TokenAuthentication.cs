using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Accounts;

/// <summary>Bearer tokens of our own. On every request the account behind a good token is read from the store: who was deactivated or given another role a moment ago is that already.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SignedInUsers users, AuditTrail audit)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Bearer";

    private const string Prefix = "Bearer ";

    public static Error SignInFirst { get; } = new(ErrorKind.Unauthenticated, "auth.required", "Sign in first: send a valid access token.");

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Open endpoints look at no token: a probe must not touch the store.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return AuthenticateResult.NoResult();
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (await users.ResolveAsync(header[Prefix.Length..].Trim(), Origins.Of(Context), Context.RequestAborted) is not { } caller)
            return AuthenticateResult.Fail("The token is not valid, or not any more.");
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, caller.Actor.Role.Wire())], Scheme);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Request.Headers.Authorization.Count > 0 ? "Bearer error=\"invalid_token\"" : "Bearer";
        return SignInFirst.WriteAsync(Context);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var operation = Context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "an operation";
        var actor = (await Caller.BindAsync(Context)).Actor;
        await (await audit.DeniedAsync(actor, operation, null, Context.RequestAborted)).WriteAsync(Context);
    }
}

/// <summary>From a token to who may act now.</summary>
internal sealed class SignedInUsers(Tokens tokens, ResolveActorHandler actors)
{
    public async Task<Caller?> ResolveAsync(string token, Origin origin, CancellationToken ct)
    {
        if (await tokens.CheckAsync(token) is not { } subject) return null;
        return await actors.HandleAsync(subject.User, subject.Epoch, subject.Session, origin, ct) is { } resolved ? new Caller(resolved) : null;
    }
}
