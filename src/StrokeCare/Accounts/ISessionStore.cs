using StrokeCare.Changes;

namespace StrokeCare.Accounts;

/// <summary>
/// A signed-in device: a family of refresh tokens, of which one is good at a time. Kept in the relational store also
/// when accounts are in MongoDB. Of the tokens only SHA-256 hashes are stored.
/// </summary>
public sealed record Session
{
    /// <summary>At most this long after the sign-in, however busy. NIST SP 800-63B-4 allows 24 hours at AAL2.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>At most this long without a refresh.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromHours(1);

    public required string Id { get; init; }

    public required UserId UserId { get; init; }

    /// <summary>The account's epoch; a session of an older one is dead.</summary>
    public required int Epoch { get; init; }

    /// <summary>Of the part all tokens of the family share: it finds the family of a token that is no longer good.</summary>
    public required byte[] FamilyHash { get; init; }

    /// <summary>Of the one token that is good now.</summary>
    public required byte[] TokenHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUsedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? IpAddress { get; init; }

    public string? UserAgent { get; init; }

    public bool IsOpen(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt && now < LastUsedAt + IdleLifetime;
}

/// <summary>The next token of a family.</summary>
public sealed record SessionRenewal(string SessionId, byte[] NextTokenHash, int Epoch, DateTimeOffset At)
{
    /// <summary>The hash that must still be the good one; null when the caller proved who they are by other means.</summary>
    public byte[]? UsedTokenHash { get; init; }

    /// <summary>A new family in the place of the old one; null keeps it.</summary>
    public byte[]? NextFamilyHash { get; init; }
}

/// <summary>Sessions and password reset tokens in the relational store; SQLite and PostgreSQL ship.</summary>
public interface ISessionStore
{
    /// <summary>Stores the session and appends <paramref name="login"/> in one transaction.</summary>
    Task OpenAsync(Session session, Change login, CancellationToken ct);

    Task<Session?> FindAsync(string id, CancellationToken ct);

    Task<Session?> FindByFamilyAsync(byte[] familyHash, CancellationToken ct);

    /// <summary>The user's sessions that are neither revoked nor past their end at <paramref name="now"/>, newest first, at most 100.</summary>
    Task<IReadOnlyList<Session>> OpenOfAsync(UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>Puts the next token in the place of the used one. False: revoked, or the used one is not the good one any more; of racers one gets true.</summary>
    Task<bool> RenewAsync(SessionRenewal renewal, CancellationToken ct);

    /// <summary>Revokes one session and appends <paramref name="change"/> in one transaction. False, and no row: it was revoked or is not there.</summary>
    Task<bool> RevokeAsync(string id, DateTimeOffset now, Change change, CancellationToken ct);

    /// <summary>Revokes all sessions of a user but one, uses up their reset tokens, and appends <paramref name="change"/> if one is given; answers how many sessions.</summary>
    Task<int> RevokeAllAsync(UserId user, string? except, DateTimeOffset now, Change? change, CancellationToken ct);

    /// <summary>Deletes what ended before <paramref name="before"/>, sessions and reset tokens alike.</summary>
    Task PurgeAsync(DateTimeOffset before, CancellationToken ct);

    Task AddResetTokenAsync(ResetToken token, CancellationToken ct);

    /// <summary>Whose token this is, if it is good at <paramref name="now"/>.</summary>
    Task<UserId?> FindResetTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken ct);

    /// <summary>As <see cref="FindResetTokenAsync"/>, and uses it up together with the user's other ones: of racers one gets the user.</summary>
    Task<UserId?> UseResetTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken ct);

    /// <summary>Nobody can use any of the user's tokens any more.</summary>
    Task UseUpResetTokensAsync(UserId user, DateTimeOffset now, CancellationToken ct);
}

/// <summary>Permission to set a new password, once. Only the hash of what was mailed is kept.</summary>
public sealed record ResetToken(byte[] Hash, UserId UserId, DateTimeOffset CreatedAt)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public DateTimeOffset ExpiresAt => CreatedAt + Lifetime;
}
