using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

/// <summary>A new account, made by an admin or the operator.</summary>
public sealed record CreateUser
{
    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    public required Role Role { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Specialization { get; init; }

    public bool MustChangePassword { get; init; }
}

public sealed class CreateUserHandler(IUserStore users, PasswordDesk desk, TimeProvider time)
{
    public static Error UsernameTaken { get; } = new(ErrorKind.Conflict, "user.username_taken", "This user name is taken.");

    public static Error EmailTaken { get; } = new(ErrorKind.Conflict, "user.email_taken", "This e-mail address is taken.");

    public async Task<Result<User>> HandleAsync(CreateUser command, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return Error.Denied;
        if (Faults(command) is { Count: > 0 } faults) return Error.Invalid(faults);
        var hash = await desk.RunAsync(() => Passwords.Hash(command.Password), ct);
        if (!hash.Succeeded) return hash.Error;
        var user = new User
        {
            Id = default,
            Username = RecordedText.Scrub(command.Username),
            Email = RecordedText.Scrub(command.Email),
            PasswordHash = hash.Value,
            Role = command.Role,
            FirstName = RecordedText.Cut(command.FirstName, User.NameMaxLength),
            LastName = RecordedText.Cut(command.LastName, User.NameMaxLength),
            Specialization = RecordedText.Cut(command.Specialization, User.SpecializationMaxLength),
            MustChangePassword = command.MustChangePassword,
            CreatedAt = time.GetUtcNow(),
        };
        var (outcome, id) = await users.AddAsync(user, added => Created(user, added, actor), ct);
        return outcome switch
        {
            AddUserOutcome.Added => user with { Id = id },
            AddUserOutcome.UsernameTaken => UsernameTaken,
            AddUserOutcome.EmailTaken => EmailTaken,
        };
    }

    private static Dictionary<string, string[]> Faults(CreateUser command)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (RecordedText.Scrub(command.Username) is not { Length: > 0 and <= User.UsernameMaxLength })
            faults["username"] = [$"is 1 to {User.UsernameMaxLength} characters."];
        if (RecordedText.Scrub(command.Email) is not { Length: <= User.EmailMaxLength } email || !email.Contains('@', StringComparison.Ordinal))
            faults["email"] = [$"is an e-mail address of at most {User.EmailMaxLength} characters."];
        if (PasswordRules.Fault(command.Password, command.Username) is { } fault)
            faults["password"] = [fault];
        return faults;
    }

    private Change Created(User user, UserId id, Actor actor) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.UserCreated,
        At = time.GetUtcNow(),
        Description = $"User {id} created with role {user.Role.Wire()}",
        Severity = AuditSeverity.Medium,
        EntityType = EntityType.User,
        EntityId = id.ToString(),
        EntityVersion = 1,
        ActorId = actor.IsOperator ? null : actor.Id,
        ActorName = actor.Username,
        ActorRole = actor.Role,
        TargetUserId = id,
        TargetUsername = user.Username,
        IpAddress = actor.Origin.IpAddress,
        UserAgent = actor.Origin.UserAgent,
    };
}
