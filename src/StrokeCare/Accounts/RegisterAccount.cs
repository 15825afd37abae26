using StrokeCare.Audit;
using StrokeCare.Changes;

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

public sealed class RegisterAccountHandler(NewAccounts accounts, AuditTrail audit)
{
    public Task<Result<CreatedUser>> HandleAsync(RegisterAccount command, Origin origin, IdempotentRequest? request, CancellationToken ct)
    {
        var draft = new UserDraft
        {
            Username = command.Username,
            Email = command.Email,
            Password = command.Password,
            Role = Role.Patient,
            FirstName = command.FirstName,
            LastName = command.LastName,
            Phone = command.Phone,
        };
        return accounts.AddAsync(
            draft, (user, changeId) => audit.OfUser(AuditAction.UserCreated, new Actor(user.Id, user.Username, Role.Patient, origin), user, changeId), request, ct);
    }
}
