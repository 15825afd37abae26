namespace StrokeCare.Accounts;

/// <summary>
/// Turns a valid token into who may act now: active, of the same epoch, with the role of this moment, in a session that
/// is open. Never cached: who was deactivated, demoted or signed out elsewhere is that on the next request of any process.
/// </summary>
public sealed class ResolveActorHandler(IUserStore users, ISessionStore sessions, TimeProvider time)
{
    public async Task<ResolvedActor?> HandleAsync(UserId id, int epoch, string session, Origin origin, CancellationToken ct)
    {
        var finding = sessions.FindAsync(session, ct);
        var user = await users.FindAsync(id, ct);
        var open = await finding;
        if (user is not { IsActive: true } || user.Epoch != epoch) return null;
        if (open is null || open.UserId != id || open.RevokedAt is not null || open.ExpiresAt <= time.GetUtcNow()) return null;
        return new(new Actor(user.Id, user.Username, user.Role, origin), user, open);
    }
}

/// <summary>Who acts, the account behind it, and the session it acts in.</summary>
public sealed record ResolvedActor(Actor Actor, User User, Session Session);
