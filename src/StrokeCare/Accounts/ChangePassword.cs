using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public sealed record ChangePassword
{
    public required string CurrentPassword { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary>
/// One's own new password. The epoch rises: every token there is dies with its next request. The session that asked goes
/// on with new tokens, all others are ended.
/// </summary>
public sealed class ChangePasswordHandler(IUserStore users, ISessionStore sessions, ISecurityLog log, AuditTrail audit, PasswordDesk desk, TimeProvider time)
{
    public static Error WrongCurrent { get; } = Error.Invalid("current_password", "is wrong.");

    public async Task<Result<SignedIn>> HandleAsync(ChangePassword command, ResolvedActor by, CancellationToken ct)
    {
        var (actor, user) = (by.Actor, by.User);
        var fields = new UserFields();
        fields.Password("new_password", command.NewPassword, user.Username);
        if (fields.Faults is { } faults) return faults;
        if (command.NewPassword == command.CurrentPassword) return Error.Invalid("new_password", "is the current one.");
        using var place = desk.TakePlace();
        if (place is null) return PasswordDesk.Busy;

        // A stolen token must not be a way to guess the password: these guesses count like any other.
        ct = CancellationToken.None;
        var attempt = await users.CountAttemptAsync(user.Id, time.GetUtcNow(), ct);
        var hashed = await place.RunAsync(() => !attempt.IsLocked && Passwords.Verify(command.CurrentPassword, user.PasswordHash) ? Passwords.Hash(command.NewPassword) : null, ct);
        if (hashed.Error is { } busy) return busy;
        if (hashed.Value is not { } hash) return await RefusedAsync(actor, attempt, ct);

        var next = user.WithPassword(hash, mustChange: false, time.GetUtcNow());
        var outcome = await users.UpdateAsync(next, FailedAttempts.Forget, audit.OfUser(AuditAction.PasswordChanged, actor, next), ct);
        if (outcome != UpdateUserOutcome.Updated) return ExpectedVersion.Changed(fromHeader: false);
        return await GoOnAsync(by.Session, next, ct);
    }

    private async Task<Result<SignedIn>> GoOnAsync(Session session, User user, CancellationToken ct)
    {
        var (token, now) = (RefreshToken.New(), time.GetUtcNow());
        await sessions.RevokeAllAsync(user.Id, session.Id, now, null, ct);
        var renewal = new SessionRenewal(session.Id, token.Hash, user.Epoch, now) { NextFamilyHash = token.FamilyHash };
        return await sessions.RenewAsync(renewal, ct)
            ? new SignedIn(user, session with { Epoch = user.Epoch, LastUsedAt = now }, token.ToText())
            : RefreshSessionHandler.Invalid;
    }

    private async Task<Error> RefusedAsync(Actor actor, SignInAttempt attempt, CancellationToken ct)
    {
        var failed = audit.Did(AuditAction.PasswordChanged, actor, $"Password of user {actor.Id} not changed: the current one was wrong") with { Status = AuditStatus.Failure, Severity = AuditSeverity.Medium };
        var locked = audit.Did(AuditAction.LoginLocked, actor, $"User {actor.Id} is locked after {SignInAttempt.Most} wrong passwords") with { Status = AuditStatus.Failure, Severity = AuditSeverity.High };
        await log.AppendAsync(attempt.Locks ? [failed, locked] : [failed], ct);
        return WrongCurrent;
    }
}
