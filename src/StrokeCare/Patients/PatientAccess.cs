using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Who may do what with a record. Decided here, for each record, whatever the way in.</summary>
public static class PatientAccess
{
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "patient.not_found", "There is no patient with this id.");

    public static bool CanRead(this Actor actor, Patient patient) => actor.Role switch
    {
        Role.Admin => true,
        Role.Doctor => patient.AssignedDoctorId == actor.Id && !patient.IsArchived,
        Role.Patient => patient.UserId == actor.Id && !patient.IsArchived,
    };

    public static bool CanWrite(this Actor actor, Patient patient) => actor.Role switch
    {
        Role.Admin => true,
        Role.Doctor => patient.AssignedDoctorId == actor.Id && !patient.IsArchived,
        Role.Patient => false,
    };

    /// <summary>The record if <paramref name="actor"/> may have it; else the refusal, already in the log.</summary>
    public static async Task<Result<Patient>> ForAsync(
        this IPatientStore patients, Actor actor, PatientId id, Func<Actor, Patient, bool> may, string operation, AuditTrail audit, CancellationToken ct)
    {
        var patient = await patients.FindAsync(id, ct);
        if (patient is not null && may(actor, patient)) return patient;
        if (patient is null && actor.Role == Role.Admin) return NotFound;
        return await audit.DeniedAsync(actor, operation, id.ToString(), ct);
    }
}
