using System.Globalization;
using StrokeCare.Accounts;

namespace StrokeCare.Audit;

/// <summary>The security log for admins; the look itself is in the log.</summary>
public sealed class QueryLogHandler(ISecurityLog log, AuditTrail audit)
{
    public async Task<Result<Page<LogRow>>> HandleAsync(LogFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "read the security log", null, ct);
        return await log.PageAsync(filter, actor, audit, ct);
    }
}

internal static class LogPages
{
    /// <summary>One page, for who may have it, and a row that it was read.</summary>
    public static async Task<Page<LogRow>> PageAsync(this ISecurityLog log, LogFilter filter, Actor actor, AuditTrail audit, CancellationToken ct)
    {
        var rows = await log.FindAsync(filter with { Limit = filter.Limit + 1 }, ct);
        var items = rows.Count > filter.Limit ? rows.Take(filter.Limit).ToList() : rows;
        var next = rows.Count > filter.Limit ? items[^1].Seq.ToString(CultureInfo.InvariantCulture) : null;
        await audit.HappenedAsync(AuditAction.SecurityLogViewed, actor, $"{items.Count} rows of the security log read", AuditSeverity.Info, ct);
        return new(items, next);
    }
}
