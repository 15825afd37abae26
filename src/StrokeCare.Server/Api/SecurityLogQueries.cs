using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

/// <summary>The parameters that all lists of the security log take, as sent: filters, and either after/limit or page/per_page.</summary>
internal sealed record LogPageQuery
{
    private const int MaxPage = 100_000;

    [FromQuery(Name = "severity")]
    public string? Severity { get; init; }

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

    public static string[] Known { get; } = ["severity", "from", "to", "limit", "after", "page", "per_page"];

    /// <summary>What is sent besides is in <paramref name="filter"/> already.</summary>
    public Result<LogListRequest> Read(QueryInput query, LogFilter filter)
    {
        var byPage = Page is not null || PerPage is not null;
        if (byPage && (After is not null || Limit is not null)) query.Fault("page", "goes with per_page, not with after or limit.");
        var page = query.Whole("page", Page, 1, MaxPage) ?? 1;
        var size = query.Whole("limit", Limit, 1, Page<LogRow>.MaxLimit) ?? query.Whole("per_page", PerPage, 1, Page<LogRow>.MaxLimit) ?? Page<LogRow>.DefaultLimit;
        filter = filter with
        {
            Severity = query.Named<AuditSeverity>("severity", Severity)?.Wire(),
            From = query.Time("from", From),
            To = query.Time("to", To),
            Skip = byPage ? (page - 1) * size : 0,
            Limit = size,
        };
        return query.Error is { } faults ? faults : new LogListRequest(filter, byPage ? page : null);
    }
}

/// <summary>The parameters of the security log beside those of all its lists.</summary>
internal sealed record LogQuery
{
    [FromQuery(Name = "event_type")]
    public string? EventType { get; init; }

    [FromQuery(Name = "user_id")]
    public string? UserId { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    public Result<LogListRequest> Read(LogPageQuery page, IQueryCollection sent)
    {
        var query = new QueryInput(sent, [.. LogPageQuery.Known, "event_type", "user_id", "status"]);
        return page.Read(query, new LogFilter
        {
            EventType = query.Named<AuditAction>("event_type", EventType)?.Wire(),
            UserId = query.Whole("user_id", UserId, 1, int.MaxValue),
            Status = query.Named<AuditStatus>("status", Status)?.Wire(),
        });
    }
}

/// <summary>The parameter of the list of sign-ins that failed.</summary>
internal sealed record FailedLoginQuery
{
    [FromQuery(Name = "user_id")]
    public string? UserId { get; init; }

    public Result<LogListRequest> Read(LogPageQuery page, IQueryCollection sent)
    {
        var query = new QueryInput(sent, [.. LogPageQuery.Known, "user_id"]);
        return page.Read(query, new LogFilter
        {
            EventType = AuditAction.Login.Wire(),
            UserId = query.Whole("user_id", UserId, 1, int.MaxValue),
            Status = AuditStatus.Failure.Wire(),
        });
    }
}

/// <summary>The parameters of one account's rows.</summary>
internal sealed record UserActivityQuery
{
    [FromQuery(Name = "event_type")]
    public string? EventType { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    public Result<LogListRequest> Read(LogPageQuery page, IQueryCollection sent, int user)
    {
        var query = new QueryInput(sent, [.. LogPageQuery.Known, "event_type", "status"]);
        return page.Read(query, new LogFilter
        {
            EventType = query.Named<AuditAction>("event_type", EventType)?.Wire(),
            UserId = user,
            Status = query.Named<AuditStatus>("status", Status)?.Wire(),
        });
    }
}

/// <summary>Of which stretch of time rows are counted.</summary>
internal sealed record LogStatsQuery
{
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    public string? To { get; init; }

    public Result<(DateTimeOffset? From, DateTimeOffset? To)> Read(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "from", "to");
        var (from, to) = (query.Time("from", From), query.Time("to", To));
        return query.Error is { } faults ? faults : (from, to);
    }
}

internal sealed record LogListRequest(LogFilter Filter, int? Page)
{
    public string ListName => string.Create(
        CultureInfo.InvariantCulture,
        $"log newest {Filter.EventType} {Filter.UserId} {Filter.Severity} {Filter.Status} {Filter.From?.Ticks} {Filter.To?.Ticks}");
}
