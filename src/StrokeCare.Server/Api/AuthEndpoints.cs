using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("auth");
        auth.MapPost("/register", RegisterAsync).Open().Audits(AuditAction.UserCreated).WithName("register")
            .WithSummary("Make a patient's account, without a record").Refuses(400, 409, 413, 415, 422, 429, 503);
        auth.MapPost("/login", LoginAsync).Open().Audits(AuditAction.Login, AuditAction.LoginLocked).WithName("login")
            .WithSummary("Sign in by user name and password").Refuses(400, 401, 413, 415, 429, 503);
        auth.MapPost("/refresh", RefreshAsync).Open().Audits(AuditAction.TokenReuse).WithName("refresh")
            .WithSummary("New tokens for a refresh token, which is good once").Refuses(400, 401, 413, 415, 503);
        auth.MapPost("/logout", LogoutAsync).ForAnyoneSignedIn().Audits(AuditAction.Logout).WithName("logout")
            .WithSummary("End this session").Refuses(401, 503);
        auth.MapGet("/me", MeAsync).ForAnyoneSignedIn().AuditsNothing("a look at one's own account").WithName("me")
            .WithSummary("The account the token stands for").Refuses(401, 503);
        app.MapGet("/.well-known/jwks.json", Jwks).Open().AuditsNothing("public keys").WithName("jwks").WithTags("auth")
            .WithSummary("The public keys that verify access tokens");
    }

    private static async Task<Results<Created<Account>, ProblemHttpResult>> RegisterAsync(
        JsonBody<RegisterAccount> body, HttpContext http, Registrations registrations, CancellationToken ct)
    {
        var origin = Origins.Of(http);
        var made = await registrations.Keys.CreateAsync(
            http, null, body,
            async (command, request) => registrations.Limits.Refusal(origin.IpAddress) is { } tooMany ? tooMany : await registrations.Handler.HandleAsync(command, origin, request, ct));
        return made.Succeeded ? TypedResults.Created("/api/auth/me", new Account(made.Value.User)) : made.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> LoginAsync(
        JsonBody<SignIn> body, HttpContext http, SignInDesk desk, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var signedIn = await desk.SignInAsync(body.Read.Value, Origins.Of(http), ct);
        return signedIn.Succeeded ? TypedResults.Ok(TokenAnswer.Of(signedIn.Value.Who, signedIn.Value.AccessToken)) : Unauthorized(signedIn.Error, http);
    }

    private static async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> RefreshAsync(
        JsonBody<RefreshSession> body, HttpContext http, RefreshSessionHandler handler, Tokens tokens, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var refreshed = await handler.HandleAsync(body.Read.Value, Origins.Of(http), ct);
        return refreshed.Succeeded
            ? TypedResults.Ok(TokenAnswer.Of(refreshed.Value, tokens.Issue(refreshed.Value.User, refreshed.Value.Session)))
            : Unauthorized(refreshed.Error, http);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LogoutAsync(Caller caller, HttpContext http, RevokeSessionHandler handler, CancellationToken ct) =>
        await handler.HandleAsync(caller.Session.Id, caller.Actor, ct) is { } refused ? refused.ToProblem(http) : TypedResults.NoContent();

    private static async Task<Ok<OwnAccount>> MeAsync(Caller caller, IPatientStore patients, CancellationToken ct) =>
        TypedResults.Ok(new OwnAccount(caller.User, await RecordAsync(caller.Actor, patients, ct)));

    private static Ok<KeySet> Jwks(Tokens tokens) => TypedResults.Ok(tokens.PublicKeys);

    // An account can be looked at while the records are away.
    private static async Task<PatientId?> RecordAsync(Actor actor, IPatientStore patients, CancellationToken ct)
    {
        if (actor.Role != Role.Patient) return null;
        try
        {
            return (await patients.FindByUserAsync(actor.Id, ct))?.Id;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private static ProblemHttpResult Unauthorized(Error error, HttpContext http)
    {
        if (error.Kind is ErrorKind.Unauthenticated) http.Response.Headers.WWWAuthenticate = "Bearer";
        return error.ToProblem(http);
    }
}

/// <summary>What registering an account over HTTP needs beside the request.</summary>
internal sealed record Registrations(RegisterAccountHandler Handler, IdempotencyKeys Keys, OpenDoor Limits);
