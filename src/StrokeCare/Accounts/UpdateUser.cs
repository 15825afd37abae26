using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Accounts;

/// <summary>What shall change of an account; what is left out stays as it is.</summary>
public sealed record UpdateUser
{
    public Role? Role { get; init; }

    public bool? IsActive { get; init; }

    /// <summary>Lifts the lock that failed sign-ins have set.</summary>
    public bool? Unlock { get; init; }

    /// <summary>Signs the account out everywhere.</summary>
    public bool? EndSessions { get; init; }

    /// <summary>A new initial password. It comes alone: it is an event of its own.</summary>
    public string? Password { get; init; }

    /// <summary>The doctor who takes over the patients and coming appointments of one who is deactivated or gets another role.</summary>
    public int? ReassignTo { get; init; }

    public string? Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }

    public string? Specialization { get; init; }

    public string? LicenseNumber { get; init; }

    public long? Version { get; init; }

    internal bool IsPasswordAlone => this == new UpdateUser { Password = Password, Version = Version };
}

public sealed class UpdateUserHandler(
    IUserStore users, ISessionStore sessions, ReassignPatientsHandler reassign, SetInitialPasswordHandler passwords, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<User>> HandleAsync(UserId id, UpdateUser command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "update a user", null, ct);
        if (command.Password is { } password)
            return command.IsPasswordAlone ? await passwords.HandleAsync(id, password, expected, actor, ct) : Error.Invalid("password", "comes alone, with a version at most.");
        if (await users.FindAsync(id, ct) is not { Version: > 0 } stored) return UserErrors.NotFound;
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        var changed = Changed(stored, command);
        if (!changed.Succeeded) return changed.Error;
        var next = changed.Value;

        // Also of one who left before: whom an earlier request could not move is moved by asking again.
        var leaving = !next.IsActiveDoctor && (stored.IsActiveDoctor || command.ReassignTo is not null);
        var prepared = leaving ? await reassign.PrepareAsync(id, command.ReassignTo, actor, ct) : new Reassignment(null);
        if (!prepared.Succeeded) return prepared.Error;
        var attempts = command.Unlock == true ? FailedAttempts.Forget : FailedAttempts.Keep;
        var outcome = await users.UpdateAsync(next, attempts, audit.OfUser(ActionOf(stored, next, command), actor, next), ct);
        if (outcome != UpdateUserOutcome.Updated)
        {
            await reassign.AbandonAsync(prepared.Value, ct);
            return Refusal(outcome, expected);
        }

        if (next.Epoch != stored.Epoch) await sessions.RevokeAllAsync(id, null, time.GetUtcNow(), null, ct);
        else if (next.Email != stored.Email) await sessions.UseUpResetTokensAsync(id, time.GetUtcNow(), ct);
        // Only now can no new patient come to them any more.
        if (prepared.Value.Intent is { } intent) await reassign.ResumeAsync(intent, ct);
        return await users.FindAsync(id, ct) ?? next;
    }

    private static Result<User> Changed(User stored, UpdateUser command)
    {
        var fields = new UserFields();
        var ends = command.EndSessions == true || (command.Role ?? stored.Role) != stored.Role || (command.IsActive == false && stored.IsActive);
        var next = stored with
        {
            Role = command.Role ?? stored.Role,
            IsActive = command.IsActive ?? stored.IsActive,
            Email = command.Email is { } email ? fields.Email(email) : stored.Email,
            FirstName = fields.Text("first_name", command.FirstName, User.NameMaxLength) ?? stored.FirstName,
            LastName = fields.Text("last_name", command.LastName, User.NameMaxLength) ?? stored.LastName,
            Phone = fields.Text("phone", command.Phone, User.PhoneMaxLength) ?? stored.Phone,
            Specialization = fields.Text("specialization", command.Specialization, User.SpecializationMaxLength) ?? stored.Specialization,
            LicenseNumber = fields.Text("license_number", command.LicenseNumber, User.LicenseNumberMaxLength) ?? stored.LicenseNumber,
            Epoch = ends ? stored.Epoch + 1 : stored.Epoch,
            Version = stored.Version + 1,
        };
        return fields.Faults is { } faults ? faults : next;
    }

    private static AuditAction ActionOf(User stored, User next, UpdateUser command) =>
        stored.IsActive && !next.IsActive ? AuditAction.UserDeactivated
        : stored.Role != next.Role ? AuditAction.RoleChanged
        : command.Unlock == true ? AuditAction.UserUnlocked
        : AuditAction.UserUpdated;

    private static Error Refusal(UpdateUserOutcome outcome, ExpectedVersion expected) => outcome switch
    {
        UpdateUserOutcome.EmailTaken => UserErrors.EmailTaken,
        UpdateUserOutcome.Missing => UserErrors.NotFound,
        UpdateUserOutcome.LastAdmin => UserErrors.LastAdmin,
        UpdateUserOutcome.Stale or UpdateUserOutcome.Updated => expected.LostRace,
    };
}
