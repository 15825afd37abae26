using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public sealed record SignIn
{
    public required string Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>Who signed in, the session it opened, and the refresh token that is shown this once.</summary>
public sealed record SignedIn(User User, Session Session, string RefreshToken);

/// <summary>
/// Every attempt costs one bcrypt, whatever it finds: an unknown name, a locked or inactive account and a wrong password
/// get the same answer after the same work. It is counted before the password is looked at, so that no race gets a sixth
/// guess, and only by who has a place at the desk: to be told to come back is no attempt.
/// </summary>
public sealed class SignInHandler(IUserStore users, ISessionStore sessions, ISecurityLog log, PasswordDesk desk, TimeProvider time)
{
    /// <summary>The one answer to a wrong password, an unknown name, and a locked or inactive account.</summary>
    public static Error Wrong { get; } = new(ErrorKind.Unauthenticated, "login.wrong", "The user name or password is wrong.");

    /// <summary>Only who knew the initial password hears this.</summary>
    public static Error PasswordExpired { get; } = new(
        ErrorKind.Unauthenticated, "login.password_expired", "The initial password is past its time. Set a new one by \"forgot password\".");

    public async Task<Result<SignedIn>> HandleAsync(SignIn command, Origin origin, CancellationToken ct)
    {
        using var place = desk.TakePlace();
        if (place is null) return PasswordDesk.Busy;
        var user = await users.FindByUsernameAsync(command.Username, ct);
        var now = time.GetUtcNow();
        // From here on it is an attempt, also when its caller hangs up: it is looked at, and what came of it is in the log.
        ct = CancellationToken.None;
        var attempt = user is { IsActive: true } ? await users.CountAttemptAsync(user.Id, now, ct) : default;
        var open = user is not null && !attempt.IsLocked;
        var right = await place.RunAsync(
            () =>
            {
                Failpoint.Hit(open ? "sign_in.verify" : "sign_in.verify_nobody");
                return open ? Passwords.Verify(command.Password, user!.PasswordHash) : Passwords.VerifyNobody(command.Password);
            }, ct);
        if (right.Error is { } busy) return busy;
        if (!right.Value || user is null)
        {
            await log.AppendAsync(Failures(user, attempt, origin), ct);
            return Wrong;
        }

        return user.HasExpiredPassword(now) ? await ExpiredAsync(user, origin, ct) : await OpenAsync(user, origin, now, ct);
    }

    private async Task<Result<SignedIn>> OpenAsync(User user, Origin origin, DateTimeOffset now, CancellationToken ct)
    {
        var token = RefreshToken.New();
        var session = new Session
        {
            Id = Change.NewId(),
            UserId = user.Id,
            Epoch = user.Epoch,
            FamilyHash = token.FamilyHash,
            TokenHash = token.Hash,
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + Session.Lifetime,
            IpAddress = origin.IpAddress,
            UserAgent = RecordedText.Cut(origin.UserAgent, Change.UserAgentMaxLength),
        };
        await sessions.OpenAsync(session, Attempt(user, origin), ct);
        await users.SignedInAsync(user.Id, now, ct);
        return new SignedIn(user with { LastLogin = now }, session, token.ToText());
    }

    // Whoever knows the password does not guess: counted, they would lock themselves out of hearing why they are not let in.
    private async Task<Error> ExpiredAsync(User user, Origin origin, CancellationToken ct)
    {
        await users.ForgetAttemptsAsync(user.Id, ct);
        await log.AppendAsync([Attempt(user, origin) with { Status = AuditStatus.Failure, Severity = AuditSeverity.Medium, Description = $"Sign-in of user {user.Id} with an expired initial password" }], ct);
        return PasswordExpired;
    }

    private Change[] Failures(User? user, SignInAttempt attempt, Origin origin)
    {
        var failed = Attempt(user, origin) with { Status = AuditStatus.Failure, Severity = AuditSeverity.Medium };
        if (user is not { IsActive: true }) return [failed];
        var locked = failed with { ChangeId = Change.NewId(), Action = AuditAction.LoginLocked, Severity = AuditSeverity.High };
        if (attempt.IsLocked) return [locked with { Description = $"Sign-in of user {user.Id} refused: the account is locked" }];
        return attempt.Locks ? [failed, locked with { Description = $"User {user.Id} is locked after {SignInAttempt.Most} failed sign-ins" }] : [failed];
    }

    // A mistyped name may be a password: only names that exist are written down.
    private Change Attempt(User? user, Origin origin) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.Login,
        At = time.GetUtcNow(),
        Description = user is null ? "Sign-in with an unknown user name" : $"Sign-in of user {user.Id}",
        ActorId = user?.Id,
        ActorName = user?.Username,
        ActorRole = user?.Role,
        IpAddress = origin.IpAddress,
        UserAgent = origin.UserAgent,
    };
}
