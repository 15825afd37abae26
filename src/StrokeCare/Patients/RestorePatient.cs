using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>Brings an archived record back. Its doctor may have left meanwhile: then it has none until an admin names one.</summary>
public sealed class RestorePatientHandler(IPatientStore patients, IUserStore users, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<Patient>> HandleAsync(PatientId id, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, (a, _) => a.Role == Role.Admin, "restore a patient", audit, ct);
        if (!found.Succeeded) return found.Error;
        if (expected.Mismatch(found.Value.Version) is { } mismatch) return mismatch;
        if (!found.Value.IsArchived) return PatientErrors.NotArchived;
        var doctor = await AssignedDoctor.CheckAsync(users, found.Value.AssignedDoctorId, ct);
        var next = found.Value.Restore(doctor.Succeeded ? doctor.Value.Id : null, time.GetUtcNow());
        return await patients.WriteAsync(next, audit.Of(AuditAction.PatientRestored, actor, next), expected, ct);
    }
}
