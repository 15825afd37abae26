using System.Security.Cryptography;
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

public sealed class SignInHandler(IUserStore users, ISecurityLog log, PasswordDesk desk, TimeProvider time)
{
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    /// <summary>The one answer to a wrong password, an unknown name and an inactive account.</summary>
    public static Error Wrong { get; } = new(ErrorKind.Unauthenticated, "login.wrong", "The user name or password is wrong.");

    public async Task<Result<SignedIn>> HandleAsync(SignIn command, Origin origin, CancellationToken ct)
    {
        var user = await users.FindByUsernameAsync(command.Username, ct);
        var right = await desk.RunAsync(
            () => user is null ? Passwords.VerifyNobody(command.Password) : Passwords.Verify(command.Password, user.PasswordHash), ct);
        if (!right.Succeeded) return right.Error;
        var now = time.GetUtcNow();
        if (!right.Value || user is not { IsActive: true })
        {
            await log.AppendAsync([Attempt(user, origin, now) with { Status = AuditStatus.Failure, Severity = AuditSeverity.Medium }], ct);
            return Wrong;
        }

        var token = RandomNumberGenerator.GetBytes(32);
        var session = new Session(
            Change.NewId(), user.Id, SHA256.HashData(token), now, now + SessionLength, origin.IpAddress,
            RecordedText.Cut(origin.UserAgent, Change.UserAgentMaxLength));
        await users.RecordLoginAsync(user.Id, now, session, Attempt(user, origin, now), ct);
        return new SignedIn(user, session, Convert.ToHexStringLower(token));
    }

    // A mistyped name may be a password: only names that exist are written down.
    private static Change Attempt(User? user, Origin origin, DateTimeOffset now) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.Login,
        At = now,
        Description = user is null ? "Sign-in with an unknown user name" : $"Sign-in of user {user.Id}",
        ActorId = user?.Id,
        ActorName = user?.Username,
        ActorRole = user?.Role,
        IpAddress = origin.IpAddress,
        UserAgent = origin.UserAgent,
    };
}
