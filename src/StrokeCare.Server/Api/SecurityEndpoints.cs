using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
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
        security.MapGet("/verify", VerifyAsync).For(Role.Admin).Audits(AuditAction.SecurityLogVerified).WithName("verify_security_log")
            .WithSummary("Recompute the chain and compare it with checkpoints and stores").Refuses(401, 403, 503);
    }

    private static async Task<Results<Ok<SecurityLogPage>, ProblemHttpResult>> LogsAsync(
        [AsParameters] LogQuery query, Caller caller, HttpContext http, SecurityLogList list, CancellationToken ct)
    {
        var read = query.Read(http.Request.Query);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var filter = read.Value.Filter;
        if (query.After is { } after)
        {
            if (list.Cursors.OpenSeq(read.Value.ListName, caller.Actor, after) is not { } before) return Cursors.Invalid.ToProblem(http);
            filter = filter with { BeforeSeq = before };
        }

        var page = await list.Handler.HandleAsync(filter, caller.Actor, ct);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        return TypedResults.Ok(new SecurityLogPage(
            page.Value.Items,
            page.Value.Next is { } next ? list.Cursors.Seal(read.Value.ListName, caller.Actor, next) : null)
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

/// <summary>The log's list and the cursors through it.</summary>
internal sealed record SecurityLogList(QueryLogHandler Handler, Cursors Cursors);

internal sealed record SecurityLogPage(IReadOnlyList<LogRow> Items, string? Next)
{
    /// <summary>Only when asked for by page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PerPage { get; init; }
}

/// <summary>The parameters of the security log, as sent: filters, and either after/limit or page/per_page.</summary>
internal sealed record LogQuery
{
    private const int MaxPage = 100_000;

    private static readonly string[] Known =
        ["event_type", "user_id", "severity", "status", "from", "to", "limit", "after", "page", "per_page"];

    [FromQuery(Name = "event_type")]
    public string? EventType { get; init; }

    [FromQuery(Name = "user_id")]
    public string? UserId { get; init; }

    [FromQuery(Name = "severity")]
    public string? Severity { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "from")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    public string? To { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    public string? After { get; init; }

    [FromQuery(Name = "page")]
    public string? Page { get; init; }

    [FromQuery(Name = "per_page")]
    public string? PerPage { get; init; }

    public Result<LogListRequest> Read(IQueryCollection sent)
    {
        var query = new QueryInput(sent, Known);
        var byPage = Page is not null || PerPage is not null;
        if (byPage && (After is not null || Limit is not null)) query.Fault("page", "goes with per_page, not with after or limit.");
        var page = query.Whole("page", Page, 1, MaxPage) ?? 1;
        var size = query.Whole("limit", Limit, 1, Page<LogRow>.MaxLimit) ?? query.Whole("per_page", PerPage, 1, Page<LogRow>.MaxLimit) ?? Page<LogRow>.DefaultLimit;
        var filter = new LogFilter
        {
            EventType = query.Named<AuditAction>("event_type", EventType)?.Wire(),
            UserId = query.Whole("user_id", UserId, 1, int.MaxValue),
            Severity = query.Named<AuditSeverity>("severity", Severity)?.Wire(),
            Status = query.Named<AuditStatus>("status", Status)?.Wire(),
            From = query.Time("from", From),
            To = query.Time("to", To),
            Skip = byPage ? (page - 1) * size : 0,
            Limit = size,
        };
        return query.Error is { } faults ? faults : new LogListRequest(filter, byPage ? page : null);
    }
}

internal sealed record LogListRequest(LogFilter Filter, int? Page)
{
    public string ListName => string.Create(
        CultureInfo.InvariantCulture,
        $"log newest {Filter.EventType} {Filter.UserId} {Filter.Severity} {Filter.Status} {Filter.From?.Ticks} {Filter.To?.Ticks}");
}
