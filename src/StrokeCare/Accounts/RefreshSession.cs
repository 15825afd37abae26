using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public sealed record RefreshSession
{
    public required string RefreshToken { get; init; }
}

/// <summary>
/// The next pair of tokens for a good refresh token. One that was used before means that two hold it, and nobody can
/// tell which is the thief: its family is revoked.
/// </summary>
public sealed class RefreshSessionHandler(IUserStore users, ISessionStore sessions, TimeProvider time)
{
    public static Error Invalid { get; } = new(ErrorKind.Unauthenticated, "refresh.invalid", "The refresh token is not valid, or not any more. Sign in again.");

    public async Task<Result<SignedIn>> HandleAsync(RefreshSession command, Origin origin, CancellationToken ct)
    {
        if (RefreshToken.Parse(command.RefreshToken) is not { } used) return Invalid;
        if (await sessions.FindByFamilyAsync(used.FamilyHash, ct) is not { } session) return Invalid;
        var now = time.GetUtcNow();
        if (!session.IsOpen(now)) return Invalid;
        var user = await users.FindAsync(session.UserId, ct);
        if (user is not { IsActive: true } || user.Epoch != session.Epoch) return Invalid;
        var next = used.Next();
        if (await sessions.RenewAsync(new(session.Id, next.Hash, session.Epoch, now) { UsedTokenHash = used.Hash }, ct))
            return new SignedIn(user, session with { TokenHash = next.Hash, LastUsedAt = now }, next.ToText());
        // Whoever came with it may hang up: the family ends all the same.
        await sessions.RevokeAsync(session.Id, now, Reuse(user, session, origin, now), CancellationToken.None);
        return Invalid;
    }

    private static Change Reuse(User user, Session session, Origin origin, DateTimeOffset now) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.TokenReuse,
        At = now,
        Status = AuditStatus.Failure,
        Severity = AuditSeverity.Critical,
        Description = $"A used refresh token of user {user.Id} came again; session {session.Id} is revoked",
        ActorId = user.Id,
        ActorName = user.Username,
        ActorRole = user.Role,
        TargetUserId = user.Id,
        TargetUsername = user.Username,
        IpAddress = origin.IpAddress,
        UserAgent = origin.UserAgent,
    };
}
