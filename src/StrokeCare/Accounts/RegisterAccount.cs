using StrokeCare.Audit;

namespace StrokeCare.Accounts;

/// <summary>A new account that anybody may make for themselves. It is a patient's, without a record until an admin links one.</summary>
public sealed record RegisterAccount
{
    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }
}

public sealed class RegisterAccountHandler(IUserStore users, AuditTrail audit, PasswordDesk desk, TimeProvider time)
{
    public async Task<Result<User>> HandleAsync(RegisterAccount command, Origin origin, CancellationToken ct)
    {
        var drafted = await new UserDraft
        {
            Username = command.Username,
            Email = command.Email,
            Password = command.Password,
            Role = Role.Patient,
            FirstName = command.FirstName,
            LastName = command.LastName,
            Phone = command.Phone,
        }.ToUserAsync(desk, time, ct);
        if (!drafted.Succeeded) return drafted.Error;
        var (outcome, id) = await users.AddAsync(
            drafted.Value, added => audit.OfUser(AuditAction.UserCreated, new Actor(added, drafted.Value.Username, Role.Patient, origin), drafted.Value with { Id = added }), ct);
        return UserErrors.Of(outcome) is { } taken ? taken : drafted.Value with { Id = id };
    }
}
