using System.Diagnostics.CodeAnalysis;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>All details as they shall be from now on: what is left out becomes "not known". The assigned doctor stays unless an admin names another.</summary>
public sealed record UpdatePatient : PatientDetails
{
    public UpdatePatient()
    {
    }

    [SetsRequiredMembers]
    public UpdatePatient(PatientDetails details)
        : base(details)
    {
    }

    public int? AssignedDoctorId { get; init; }

    public long? Version { get; init; }
}

public sealed class UpdatePatientHandler(IPatientStore patients, IUserStore users, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<Patient>> HandleAsync(PatientId id, UpdatePatient command, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, PatientAccess.CanWrite, "update a patient", audit, ct);
        if (!found.Succeeded) return found.Error;
        var stored = found.Value;
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        if (stored.IsArchived) return PatientErrors.Archived;
        var doctor = await DoctorAsync(command, stored, actor, ct);
        if (doctor.Error is { } refused) return refused;

        var next = stored.Amend(command, doctor.Value.Id, time.GetUtcNow());
        if (!next.Succeeded) return next.Error;
        return await patients.WriteAsync(next.Value, audit.Of(AuditAction.PatientUpdated, actor, next.Value), expected, ct);
    }

    private async Task<Result<AssignedDoctor>> DoctorAsync(UpdatePatient command, Patient stored, Actor actor, CancellationToken ct)
    {
        var named = command.AssignedDoctorId is { } value ? new UserId(value) : stored.AssignedDoctorId;
        if (named == stored.AssignedDoctorId) return new AssignedDoctor(named);
        if (actor.Role != Role.Admin) return Error.Invalid("assigned_doctor_id", "only an admin may name another doctor.");
        return await AssignedDoctor.CheckAsync(users, named, ct);
    }
}

internal static class GuardedWrite
{
    /// <summary>Writes <paramref name="next"/> and turns the store's outcome into the caller's answer.</summary>
    public static async Task<Result<Patient>> WriteAsync(
        this IPatientStore patients, Patient next, Change change, ExpectedVersion expected, CancellationToken ct)
    {
        var outcome = await patients.UpdateAsync(next, change, ct);
        Failpoint.Hit("update.before_answer");
        return outcome switch
        {
            UpdatePatientOutcome.Updated => next,
            UpdatePatientOutcome.Stale => expected.LostRace,
            UpdatePatientOutcome.Missing => PatientAccess.NotFound,
            UpdatePatientOutcome.MrnTaken => PatientErrors.MrnTaken,
            UpdatePatientOutcome.UserTaken => PatientErrors.UserTaken,
        };
    }
}
