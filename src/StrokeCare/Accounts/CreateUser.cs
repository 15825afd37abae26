using StrokeCare.Audit;

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

    public string? Phone { get; init; }

    public string? Specialization { get; init; }

    public string? LicenseNumber { get; init; }

    /// <summary>Whoever types it is not whose it is: unless said otherwise it is an initial password.</summary>
    public bool MustChangePassword { get; init; } = true;
}

public sealed class CreateUserHandler(IUserStore users, AuditTrail audit, PasswordDesk desk, TimeProvider time)
{
    public async Task<Result<User>> HandleAsync(CreateUser command, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "create a user", null, ct);
        var drafted = await new UserDraft
        {
            Username = command.Username,
            Email = command.Email,
            Password = command.Password,
            Role = command.Role,
            FirstName = command.FirstName,
            LastName = command.LastName,
            Phone = command.Phone,
            Specialization = command.Specialization,
            LicenseNumber = command.LicenseNumber,
            MustChangePassword = command.MustChangePassword,
        }.ToUserAsync(desk, time, ct);
        if (!drafted.Succeeded) return drafted.Error;
        var (outcome, id) = await users.AddAsync(drafted.Value, added => audit.OfUser(AuditAction.UserCreated, actor, drafted.Value with { Id = added }), ct);
        return UserErrors.Of(outcome) is { } taken ? taken : drafted.Value with { Id = id };
    }
}
