using StrokeCare.Audit;

namespace StrokeCare.Accounts;

public sealed record ResetPassword
{
    public required string Token { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary>A new password for who holds a reset token. The token is used up by it; every session ends, a lock is lifted.</summary>
public sealed class ResetPasswordHandler(IUserStore users, ISessionStore sessions, AuditTrail audit, PasswordDesk desk, TimeProvider time)
{
    private const int MostRaces = 5;

    public static Error InvalidToken { get; } = Error.Invalid("token", "is not valid, or not any more. Ask for a new mail.");

    public async Task<Error?> HandleAsync(ResetPassword command, Origin origin, CancellationToken ct)
    {
        var hash = ResetTokenText.HashOf(command.Token);
        if (await UserOfAsync(await sessions.FindResetTokenAsync(hash, time.GetUtcNow(), ct), ct) is not { } user) return InvalidToken;
        var fields = new UserFields();
        fields.Password("new_password", command.NewPassword, user.Username);
        if (fields.Faults is { } faults) return faults;
        var hashed = await desk.RunAsync(() => Passwords.Hash(command.NewPassword), ct);
        if (hashed.Error is { } busy) return busy;

        // Of two that race with one token the second finds it used here.
        // Once it is used the password is set, whether or not anybody waits for the answer.
        ct = CancellationToken.None;
        var now = time.GetUtcNow();
        if (await UserOfAsync(await sessions.UseResetTokenAsync(hash, now, ct), ct) is not { } current) return InvalidToken;
        return await SetAsync(current, hashed.Value!, origin, now, ct);
    }

    // The token is used up: an admin who changes the account at this moment must not cost its owner another mail.
    private async Task<Error?> SetAsync(User current, string hash, Origin origin, DateTimeOffset now, CancellationToken ct)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            var next = current.WithPassword(hash, mustChange: false, now);
            var actor = new Actor(next.Id, next.Username, next.Role, origin);
            if (await users.UpdateAsync(next, FailedAttempts.Forget, audit.OfUser(AuditAction.PasswordReset, actor, next), ct) == UpdateUserOutcome.Updated)
            {
                await sessions.RevokeAllAsync(next.Id, null, now, null, ct);
                return null;
            }

            if (await UserOfAsync(current.Id, ct) is not { } changed) return InvalidToken;
            current = changed;
        }

        return InvalidToken;
    }

    private async Task<User?> UserOfAsync(UserId? id, CancellationToken ct) =>
        id is { } known && await users.FindAsync(known, ct) is { IsActive: true } user ? user : null;
}
