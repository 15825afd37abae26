using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

/// <summary>The parameters of a list that has no filter, as sent.</summary>
internal sealed record PageQuery
{
    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>For a list whose cursor is a key of its own, which the caller opens.</summary>
    public Result<int> ReadLimit(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "limit", "after");
        var limit = query.Whole("limit", Limit, 1, Page<LogRow>.MaxLimit) ?? Page<LogRow>.DefaultLimit;
        return query.Error is { } faults ? faults : limit;
    }

    /// <summary>For a list whose cursor is a number.</summary>
    public Result<(int Limit, long? BeforeSeq)> Read(IQueryCollection sent, string list, Actor reader, Cursors cursors)
    {
        var limit = ReadLimit(sent);
        if (!limit.Succeeded) return limit.Error;
        if (After is null) return (limit.Value, (long?)null);
        return cursors.OpenSeq(list, reader, After) is { } seq ? (limit.Value, (long?)seq) : Cursors.Invalid;
    }
}
