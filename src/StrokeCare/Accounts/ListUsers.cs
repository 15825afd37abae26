using StrokeCare.Audit;

namespace StrokeCare.Accounts;

/// <summary>The accounts, newest first, for admins.</summary>
public sealed class ListUsersHandler(IUserStore users, AuditTrail audit)
{
    public async Task<Result<Page<User>>> HandleAsync(UserFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "list users", null, ct);
        var rows = await users.ListAsync(filter with { Limit = filter.Limit + 1 }, ct);
        return rows.ToPage(filter.Limit, last => last.Id.ToString());
    }
}
