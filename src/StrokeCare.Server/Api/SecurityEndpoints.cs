using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

internal static class SecurityEndpoints
{
    public static void MapSecurity(this IEndpointRouteBuilder app)
    {
        var security = app.MapGroup("/api/security").WithTags("security");
        security.MapGet("/logs", LogsAsync).For(Role.Admin).Audits(AuditAction.SecurityLogViewed).WithName("list_security_log")
            .WithSummary("The security log, newest first, by cursor or by page").Refuses(400, 401, 403, 503);
        security.MapGet("/logs/failed-logins", FailedLoginsAsync).For(Role.Admin).Audits(AuditAction.SecurityLogViewed).WithName("list_failed_logins")
            .WithSummary("Sign-ins that were refused, newest first, by cursor or by page").Refuses(400, 401, 403, 503);
        security.MapGet("/logs/stats", StatsAsync).For(Role.Admin).Audits(AuditAction.SecurityLogViewed).WithName("get_log_stats")
            .WithSummary("How many rows by event, severity, status and day; by itself of the last seven days").Refuses(400, 401, 403, 503);
        security.MapGet("/logs/user-activity/{id}", UserActivityAsync).ForAnyoneSignedIn().Audits(AuditAction.SecurityLogViewed).WithName("list_user_activity")
            .WithSummary("What an account did, newest first; admins ask for any, everyone for their own").Refuses(400, 401, 403, 503);
        security.MapGet("/verify", VerifyAsync).For(Role.Admin).Audits(AuditAction.SecurityLogVerified).WithName("verify_security_log")
            .WithSummary("Recompute the chain and compare it with checkpoints and stores").Refuses(401, 403, 503);
    }

    private static Task<Results<Ok<SecurityLogPage>, ProblemHttpResult>> LogsAsync(
        [AsParameters] LogQuery query, [AsParameters] LogPageQuery page, Caller caller, HttpContext http, SecurityLogList list, CancellationToken ct) =>
        list.AnswerAsync(query.Read(page, http.Request.Query), page.After, caller.Actor, http, filter => list.Handler.HandleAsync(filter, caller.Actor, ct));

    private static Task<Results<Ok<SecurityLogPage>, ProblemHttpResult>> FailedLoginsAsync(
        [AsParameters] FailedLoginQuery query, [AsParameters] LogPageQuery page, Caller caller, HttpContext http, SecurityLogList list, CancellationToken ct) =>
        list.AnswerAsync(query.Read(page, http.Request.Query), page.After, caller.Actor, http, filter => list.Handler.HandleAsync(filter, caller.Actor, ct));

    private static async Task<Results<Ok<SecurityLogPage>, ProblemHttpResult>> UserActivityAsync(
        string id, [AsParameters] UserActivityQuery query, [AsParameters] LogPageQuery page, Caller caller, HttpContext http, SecurityLogList list, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } user) return RouteIds.BadUser.ToProblem(http);
        return await list.AnswerAsync(
            query.Read(page, http.Request.Query, user.Value), page.After, caller.Actor, http, filter => list.Activity.HandleAsync(user, filter, caller.Actor, ct));
    }

    private static async Task<Results<Ok<LogStats>, ProblemHttpResult>> StatsAsync(
        [AsParameters] LogStatsQuery query, Caller caller, HttpContext http, GetLogStatsHandler handler, CancellationToken ct)
    {
        var range = query.Read(http.Request.Query);
        if (!range.Succeeded) return range.Error.ToProblem(http);
        var stats = await handler.HandleAsync(range.Value.From, range.Value.To, caller.Actor, ct);
        return stats.Succeeded ? TypedResults.Ok(stats.Value) : stats.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<SecurityLogPage>, ProblemHttpResult>> AnswerAsync(
        this SecurityLogList list, Result<LogListRequest> read, string? cursor, Actor reader, HttpContext http, Func<LogFilter, Task<Result<Page<LogRow>>>> find)
    {
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var filter = read.Value.Filter;
        if (cursor is { } after)
        {
            if (list.Cursors.OpenSeq(read.Value.ListName, reader, after) is not { } before) return Cursors.Invalid.ToProblem(http);
            filter = filter with { BeforeSeq = before };
        }

        var page = await find(filter);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        return TypedResults.Ok(new SecurityLogPage(page.Value.Items, page.Value.Next is { } next ? list.Cursors.Seal(read.Value.ListName, reader, next) : null)
        {
            Page = read.Value.Page,
            PerPage = read.Value.Page is null ? null : filter.Limit,
        });
    }

    private static async Task<Results<Ok<LogVerification>, ProblemHttpResult>> VerifyAsync(
        Caller caller, HttpContext http, VerifyLogOnRequestHandler handler, CancellationToken ct)
    {
        var verification = await handler.HandleAsync(caller.Actor, ct);
        return verification.Succeeded ? TypedResults.Ok(verification.Value) : verification.Error.ToProblem(http);
    }
}

/// <summary>The log's lists and the cursors through them.</summary>
internal sealed record SecurityLogList(QueryLogHandler Handler, GetUserActivityHandler Activity, Cursors Cursors);

internal sealed record SecurityLogPage(IReadOnlyList<LogRow> Items, string? Next)
{
    /// <summary>Only when asked for by page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PerPage { get; init; }
}
