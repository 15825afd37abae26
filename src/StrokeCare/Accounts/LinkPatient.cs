using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Accounts;

/// <summary>Which record is this account's.</summary>
public sealed record LinkPatient
{
    public required string PatientId { get; init; }

    /// <summary>The record's version, where If-Match does not say it.</summary>
    public long? Version { get; init; }
}

/// <summary>Ties a patient's account to their record; at most one each way, which the stores keep unique.</summary>
public sealed class LinkPatientHandler(IUserStore users, IPatientStore patients, AuditTrail audit, TimeProvider time)
{
    public static Error AlreadyLinked { get; } = new(ErrorKind.Conflict, "patient.linked", "The record belongs to another account.");

    public static Error NotAPatient { get; } = new(ErrorKind.Conflict, "user.not_a_patient", "Only an active account with the role patient can have a record.");

    public async Task<Result<Patient>> HandleAsync(UserId user, PatientId patient, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "link an account to a record", patient.ToString(), ct);
        if (await users.FindAsync(user, ct) is not { Version: > 0 } account) return UserErrors.NotFound;
        if (account is not { Role: Role.Patient, IsActive: true }) return NotAPatient;
        if (await patients.FindAsync(patient, ct) is not { } stored) return PatientAccess.NotFound;
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        if (stored.IsArchived) return PatientErrors.Archived;
        if (stored.UserId is { } linked && linked != user) return AlreadyLinked;
        if (await patients.FindByUserAsync(user, ct) is { } other && other.Id != patient) return PatientErrors.UserTaken;
        var next = stored.Link(user, time.GetUtcNow());
        var change = audit.Of(AuditAction.PatientLinked, actor, next) with { TargetUserId = user, TargetUsername = account.Username, Severity = AuditSeverity.Medium };
        return await patients.WriteAsync(next, change, expected, ct);
    }
}
