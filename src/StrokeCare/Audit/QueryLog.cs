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
    public static string SeqOf(LogRow row) => row.Seq.ToString(CultureInfo.InvariantCulture);

    /// <summary>One page, for who may have it, and a row that it was read.</summary>
    public static async Task<Page<LogRow>> PageAsync(this ISecurityLog log, LogFilter filter, Actor actor, AuditTrail audit, CancellationToken ct)
    {
        var rows = await log.FindAsync(filter with { Limit = filter.Limit + 1 }, ct);
        var page = rows.ToPage(filter.Limit, SeqOf);
        await audit.HappenedAsync(AuditAction.SecurityLogViewed, actor, $"{page.Items.Count} rows of the security log read", AuditSeverity.Info, ct);
        return page;
    }
}
