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

    /// <summary>
    /// For a page that stays open: the same, without a word in the log, where a row for each look would call for the next
    /// look. Before the first is shown, <see cref="FollowedAsync"/> says so once.
    /// </summary>
    public async Task<Result<Page<LogRow>>> ReadAsync(LogFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "follow the security log", null, ct);
        return await log.ReadPageAsync(filter, ct);
    }

    /// <summary>Appends that <paramref name="actor"/> has the log before them as it grows.</summary>
    public Task FollowedAsync(Actor actor, CancellationToken ct) =>
        audit.HappenedAsync(AuditAction.SecurityLogViewed, actor, "The security log followed on an open page", AuditSeverity.Info, ct);
}

internal static class LogPages
{
    public static string SeqOf(LogRow row) => row.Seq.ToString(CultureInfo.InvariantCulture);

    /// <summary>One page, for who may have it, and a row that it was read.</summary>
    public static async Task<Page<LogRow>> PageAsync(this ISecurityLog log, LogFilter filter, Actor actor, AuditTrail audit, CancellationToken ct)
    {
        var page = await log.ReadPageAsync(filter, ct);
        await audit.HappenedAsync(AuditAction.SecurityLogViewed, actor, $"{AuditTrail.Count(page.Items.Count, "row")} of the security log read", AuditSeverity.Info, ct);
        return page;
    }

    public static async Task<Page<LogRow>> ReadPageAsync(this ISecurityLog log, LogFilter filter, CancellationToken ct) =>
        (await log.FindAsync(filter with { Limit = filter.Limit + 1 }, ct)).ToPage(filter.Limit, SeqOf);
}
