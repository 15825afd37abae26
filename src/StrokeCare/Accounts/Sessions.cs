using StrokeCare.Audit;

namespace StrokeCare.Accounts;

/// <summary>One's own open sessions, newest first.</summary>
public sealed class ListSessionsHandler(ISessionStore sessions, TimeProvider time)
{
    public Task<IReadOnlyList<Session>> HandleAsync(Actor actor, CancellationToken ct) => sessions.OpenOfAsync(actor.Id, time.GetUtcNow(), ct);
}

/// <summary>Ends sessions: one's own, this one, another one or all. Its tokens are refused from the next request on.</summary>
public sealed class RevokeSessionHandler(ISessionStore sessions, AuditTrail audit, TimeProvider time)
{
    /// <summary>Null when done, also when it had ended before; a foreign session and one that is not there are refused alike.</summary>
    public async Task<Error?> HandleAsync(string id, Actor actor, CancellationToken ct)
    {
        if (await sessions.FindAsync(id, ct) is not { } session || session.UserId != actor.Id) return await audit.DeniedAsync(actor, "revoke a session", null, ct);
        await sessions.RevokeAsync(id, time.GetUtcNow(), audit.Did(AuditAction.Logout, actor, $"Session {id} ended by its user"), ct);
        return null;
    }

    /// <summary>Ends all of them, the one that asks included.</summary>
    public Task AllAsync(Actor actor, CancellationToken ct) =>
        sessions.RevokeAllAsync(actor.Id, null, time.GetUtcNow(), audit.Did(AuditAction.Logout, actor, "All sessions ended by their user"), ct);
}
