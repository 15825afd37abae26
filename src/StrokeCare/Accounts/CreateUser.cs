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

    public string? Phone { get; init; }

    public string? Specialization { get; init; }

    public string? LicenseNumber { get; init; }

    /// <summary>Whoever types it is not whose it is: unless said otherwise it is an initial password.</summary>
    public bool MustChangePassword { get; init; } = true;
}

public sealed class CreateUserHandler(NewAccounts accounts, AuditTrail audit)
{
    public async Task<Result<CreatedUser>> HandleAsync(CreateUser command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "create a user", null, ct);
        var draft = new UserDraft
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
        };
        return await accounts.AddAsync(draft, (user, changeId) => audit.OfUser(AuditAction.UserCreated, actor, user, changeId), request, ct);
    }
}
