using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Bench.Contests;
using StrokeCare.Changes;

namespace StrokeCare.Bench.Scenarios;

/// <summary>The operation that signs in, as the portal composes it, and accounts to sign in to.</summary>
internal sealed class FrontDoor(SqliteContest contest, PasswordDesk desk, TimeProvider time)
{
    public const string Password = "a-password-of-this-run-only";

    private static readonly Origin From = new("192.0.2.1", "bench");

    private readonly AuditTrail audit = new(contest.Log, time);
    private readonly SignInHandler handler = new(contest.Users, contest.Sessions, contest.Log, desk, time);

    /// <summary>A doctor's account that <see cref="Password"/> opens.</summary>
    public async Task<User> AddAsync(string username, CancellationToken ct)
    {
        var create = new CreateUserHandler(new NewAccounts(contest.Users, contest.Keys, new ClinicalIds(time), desk, time), audit);
        var account = new CreateUser { Username = username, Email = $"{username}@example.org", Password = Password, Role = Role.Doctor, MustChangePassword = false };
        var made = await create.HandleAsync(account, Actor.Operator, null, ct);
        return made.Succeeded ? made.Value.User : throw new InvalidOperationException($"The account was refused: {made.Error}.");
    }

    public async Task DeactivateAsync(User user, CancellationToken ct)
    {
        var next = user with { IsActive = false, Epoch = user.Epoch + 1, Version = user.Version + 1 };
        var outcome = await contest.Users.UpdateAsync(next, FailedAttempts.Keep, audit.OfUser(AuditAction.UserDeactivated, Actor.Operator, next), ct);
        if (outcome != UpdateUserOutcome.Updated) throw new InvalidOperationException($"The account was not deactivated: {outcome}.");
    }

    public Task<Result<SignedIn>> SignInAsync(string username, string password, CancellationToken ct) =>
        handler.HandleAsync(new SignIn { Username = username, Password = password }, From, ct);
}
