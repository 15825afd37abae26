using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

/// <summary>
/// A new initial password, which an admin hands over when no mail reaches the account's owner. Every session ends, a lock
/// is lifted and mailed resets are void. For one's own there is the change with the current password.
/// </summary>
public sealed class SetInitialPasswordHandler(IUserStore users, ISessionStore sessions, AuditTrail audit, PasswordDesk desk, TimeProvider time)
{
    public static Error NotOnesOwn { get; } = Error.Invalid("password", "of one's own account is changed with the current one.");

    public async Task<Result<User>> HandleAsync(UserId id, string password, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "set a user's password", null, ct);
        if (id == actor.Id) return NotOnesOwn;
        if (await users.FindAsync(id, ct) is not { Version: > 0 } stored) return UserErrors.NotFound;
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        var fields = new UserFields();
        fields.Password("password", password, stored.Username);
        if (fields.Faults is { } faults) return faults;
        var hash = await desk.RunAsync(() => Passwords.Hash(password), ct);
        return hash.Succeeded ? await SetAsync(stored.WithPassword(hash.Value, mustChange: true, time.GetUtcNow()), expected, actor, ct) : hash.Error;
    }

    private async Task<Result<User>> SetAsync(User next, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var outcome = await users.UpdateAsync(next, FailedAttempts.Forget, audit.OfUser(AuditAction.PasswordReset, actor, next), ct);
        if (outcome == UpdateUserOutcome.Missing) return UserErrors.NotFound;
        if (outcome != UpdateUserOutcome.Updated) return expected.LostRace;
        await sessions.RevokeAllAsync(next.Id, null, time.GetUtcNow(), null, ct);
        return await users.FindAsync(next.Id, ct) ?? next;
    }
}
