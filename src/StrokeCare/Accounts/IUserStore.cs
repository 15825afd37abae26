using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public enum AddUserOutcome
{
    Added,

    /// <summary>The same change came before: the account is there, under the id that is answered.</summary>
    AlreadyAdded,

    UsernameTaken,
    EmailTaken,
}

public enum UpdateUserOutcome
{
    Updated,

    /// <summary>The stored version is not the one before this.</summary>
    Stale,

    Missing,
    EmailTaken,

    /// <summary>It would leave no active admin.</summary>
    LastAdmin,
}

/// <summary>What an update does to the count of failed sign-ins and to the lock that follows from it.</summary>
public enum FailedAttempts
{
    Keep,
    Forget,
}

/// <summary>
/// Accounts, in the relational store or in MongoDB; one contract suite runs against all engines. A change of an account
/// reaches the log with it: appended in the same transaction, or pending in the same document. An outage throws
/// <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IUserStore
{
    Task<User?> FindAsync(UserId id, CancellationToken ct);

    /// <summary>The name as typed; it is compared in its normalized form.</summary>
    Task<User?> FindByUsernameAsync(string username, CancellationToken ct);

    /// <summary>The address as typed; it is compared in its normalized form.</summary>
    Task<User?> FindByEmailAsync(string email, CancellationToken ct);

    /// <summary>Highest id first; accounts that are only reserved are left out. Served by an index for every combination of filters.</summary>
    Task<IReadOnlyList<User>> ListAsync(UserFilter filter, CancellationToken ct);

    /// <summary>
    /// Gives <paramref name="user"/> its id and stores it with the change made for that id; its own Id is ignored. The
    /// change id is the same for every id: an account that this very change has made is <see cref="AddUserOutcome.AlreadyAdded"/>.
    /// </summary>
    Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct);

    /// <summary>
    /// Stores <paramref name="next"/> if the stored version is <c>next.Version - 1</c>. Last sign-in and failed attempts
    /// are never taken from it: they move without a version. The last active admin stays one: of two who take it from one
    /// another at once one is refused.
    /// </summary>
    Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct);

    /// <summary>
    /// Counts one attempt to sign in, atomically, unless the account is locked at <paramref name="now"/>. The
    /// <see cref="SignInAttempt.Most"/>th locks it for <see cref="SignInAttempt.LockedFor"/>; a lock that has ended begins a new count.
    /// </summary>
    Task<SignInAttempt> CountAttemptAsync(UserId id, DateTimeOffset now, CancellationToken ct);

    /// <summary>Forgets failed attempts and sets last_login.</summary>
    Task SignedInAsync(UserId id, DateTimeOffset at, CancellationToken ct);

    /// <summary>Forgets failed attempts: whoever made the last one knew the password, and is not let in for another reason.</summary>
    Task ForgetAttemptsAsync(UserId id, CancellationToken ct);

    /// <summary>
    /// Takes name and address for a self-registration: inactive, version 0, <see cref="User.ReservedBy"/> set, nothing in
    /// the log yet. Asked again by the same intent it answers the same id.
    /// </summary>
    Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct);

    /// <summary>Makes a reserved account a real one, at version 1 and with its change. False: it is not there. Safe to repeat under the same change id.</summary>
    Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct);

    /// <summary>Takes a reserved account away that never became active.</summary>
    Task RemoveReservedAsync(string reservedBy, CancellationToken ct);

    /// <summary>The named accounts that exist, in one round trip.</summary>
    Task<IReadOnlyDictionary<UserId, DoctorName>> NamesAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct);

    /// <summary>How many accounts there are of each role that occurs, active and not; those only reserved are in none. Counted where they are.</summary>
    Task<IReadOnlyList<AccountCount>> CountAsync(CancellationToken ct);

    Task<bool> AnyAdminAsync(CancellationToken ct);
}

public readonly record struct AccountCount(Role Role, bool IsActive, long Count);

/// <summary>Which accounts; every condition given must hold.</summary>
public sealed record UserFilter
{
    public Role? Role { get; init; }

    public bool? IsActive { get; init; }

    /// <summary>Only ids below this one: the keyset of the page before.</summary>
    public UserId? Before { get; init; }

    public required int Limit { get; init; }
}

/// <summary>One attempt to sign in, as counted before the password is looked at. <see cref="Number"/> is 0 when the account is locked.</summary>
public readonly record struct SignInAttempt(int Number)
{
    /// <summary>So many in a row are looked at, whatever races.</summary>
    public const int Most = 5;

    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    public bool IsLocked => Number == 0;

    /// <summary>If this one fails the account stays locked.</summary>
    public bool Locks => Number >= Most;
}
