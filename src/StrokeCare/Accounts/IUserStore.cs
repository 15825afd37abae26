using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public enum AddUserOutcome
{
    Added,
    UsernameTaken,
    EmailTaken,
}

/// <summary>Accounts, in the relational store or (later) in MongoDB. A change of an account reaches the log with it.</summary>
public interface IUserStore
{
    Task<User?> FindAsync(UserId id, CancellationToken ct);

    /// <summary>The name as typed; it is compared in its normalized form.</summary>
    Task<User?> FindByUsernameAsync(string username, CancellationToken ct);

    /// <summary>Gives <paramref name="user"/> its id and stores it with the change made for that id. Its own Id is ignored.</summary>
    Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct);

    /// <summary>Sets last_login and forgets failed attempts; appends <paramref name="login"/> in the same transaction, together with the session.</summary>
    Task RecordLoginAsync(UserId id, DateTimeOffset at, Session session, Change login, CancellationToken ct);

    /// <summary>The named accounts that exist, in one round trip.</summary>
    Task<IReadOnlyDictionary<UserId, DoctorName>> NamesAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct);

    Task<bool> AnyAdminAsync(CancellationToken ct);
}

/// <summary>A refresh-token family: one signed-in device. Tokens are random 256 bit; only their SHA-256 is kept.</summary>
public sealed record Session(string Id, UserId UserId, byte[] TokenHash, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? IpAddress, string? UserAgent);
