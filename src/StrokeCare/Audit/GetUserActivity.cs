using StrokeCare.Accounts;

namespace StrokeCare.Audit;

/// <summary>What one account did, for admins and for whose account it is; the look itself is in the log.</summary>
public sealed class GetUserActivityHandler(ISecurityLog log, AuditTrail audit)
{
    public async Task<Result<Page<LogRow>>> HandleAsync(UserId user, LogFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin && actor.Id != user) return await audit.DeniedAsync(actor, "read another user's activity", null, ct);
        return await log.PageAsync(filter with { UserId = user.Value }, actor, audit, ct);
    }
}
