using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>Takes a record out of daily use and cancels what the patient had ahead; nothing is deleted, its MRN stays taken, an admin can restore it.</summary>
public sealed class ArchivePatientHandler(IPatientStore patients, CancelAppointmentsOfPatient cancelling, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<Patient>> HandleAsync(PatientId id, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, id, (a, _) => a.Role == Role.Admin, "archive a patient", audit, ct);
        if (!found.Succeeded) return found.Error;
        if (expected.Mismatch(found.Value.Version) is { } mismatch) return mismatch;
        if (found.Value.IsArchived) return PatientErrors.Archived;
        var next = found.Value.Archive(time.GetUtcNow());
        var intent = await cancelling.PrepareAsync(id, actor, ct);
        var archived = await patients.WriteAsync(next, audit.Of(AuditAction.PatientArchived, actor, next), expected, ct);
        // Only now can nobody book for them any more.
        if (archived.Succeeded) await cancelling.ResumeAsync(intent, ct);
        else await cancelling.AbandonAsync(intent, ct);
        return archived;
    }
}
