using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>One's own password and sessions.</summary>
internal static class OwnAccountEndpoints
{
    public static void MapOwnAccount(this IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("auth");
        auth.MapPost("/change-password", ChangeAsync).ForAnyoneSignedIn().Audits(AuditAction.PasswordChanged).WithName("change_password")
            .WithSummary("Set a new password; all other sessions end, this one goes on with new tokens").Refuses(400, 401, 409, 413, 415, 503);
        auth.MapPost("/forgot-password", ForgotAsync).Open().Audits(AuditAction.PasswordResetRequested).WithName("forgot_password")
            .WithSummary("Ask for a mail that lets one set a new password; the answer is the same for every address").Refuses(400, 413, 415, 429, 503);
        auth.MapPost("/reset-password", ResetAsync).Open().Audits(AuditAction.PasswordReset).WithName("reset_password")
            .WithSummary("Set a new password with the token of a mail; it is good once, for 30 minutes").Refuses(400, 413, 415, 429, 503);
        auth.MapGet("/sessions", SessionsAsync).ForAnyoneSignedIn().AuditsNothing("a look at one's own sessions").WithName("list_sessions")
            .WithSummary("Where one is signed in, newest first").Refuses(401, 503);
        auth.MapDelete("/sessions", RevokeAllAsync).ForAnyoneSignedIn().Audits(AuditAction.Logout).WithName("revoke_sessions")
            .WithSummary("Sign out everywhere, here as well").Refuses(401, 503);
        auth.MapDelete("/sessions/{id}", RevokeAsync).ForAnyoneSignedIn().Audits(AuditAction.Logout).WithName("revoke_session")
            .WithSummary("End one of one's own sessions").Refuses(401, 403, 503);
    }

    private static async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> ChangeAsync(
        JsonBody<ChangePassword> body, Caller caller, HttpContext http, ChangePasswordHandler handler, Tokens tokens, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var changed = await handler.HandleAsync(body.Read.Value, caller.Resolved, ct);
        return changed.Succeeded
            ? TypedResults.Ok(TokenAnswer.Of(changed.Value, tokens.Issue(changed.Value.User, changed.Value.Session)))
            : changed.Error.ToProblem(http);
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> ForgotAsync(
        JsonBody<ForgotPassword> body, HttpContext http, ForgotPasswordHandler handler, OpenDoor limits, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var origin = Origins.Of(http);
        if (limits.Refusal(origin.IpAddress) is { } tooMany) return tooMany.ToProblem(http);
        return await handler.HandleAsync(body.Read.Value, origin, ct) is { } refused ? refused.ToProblem(http) : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ResetAsync(
        JsonBody<ResetPassword> body, HttpContext http, ResetPasswordHandler handler, OpenDoor limits, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var origin = Origins.Of(http);
        if (limits.Refusal(origin.IpAddress) is { } tooMany) return tooMany.ToProblem(http);
        return await handler.HandleAsync(body.Read.Value, origin, ct) is { } refused ? refused.ToProblem(http) : TypedResults.NoContent();
    }

    private static async Task<Ok<ItemList<OwnSession>>> SessionsAsync(Caller caller, ListSessionsHandler handler, CancellationToken ct)
    {
        var sessions = await handler.HandleAsync(caller.Actor, ct);
        return TypedResults.Ok(new ItemList<OwnSession>([.. sessions.Select(session => new OwnSession(session, caller.Session.Id))], null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, Caller caller, HttpContext http, RevokeSessionHandler handler, CancellationToken ct) =>
        await handler.HandleAsync(id, caller.Actor, ct) is { } refused ? refused.ToProblem(http) : TypedResults.NoContent();

    private static async Task<NoContent> RevokeAllAsync(Caller caller, RevokeSessionHandler handler, CancellationToken ct)
    {
        await handler.AllAsync(caller.Actor, ct);
        return TypedResults.NoContent();
    }
}
