using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>
/// Whose appointments one has to do with: patients with those of their record, doctors with those they have themselves,
/// whoever's patient it is. The appointment is all they get by it: the record is another question.
/// </summary>
public sealed class AppointmentAccess(IAppointmentStore appointments, IPatientStore patients, AuditTrail audit)
{
    /// <summary>The appointment if <paramref name="actor"/> may have it; else the refusal, already in the log.</summary>
    public async Task<Result<Appointment>> FindAsync(AppointmentId id, Actor actor, string operation, CancellationToken ct)
    {
        var appointment = await appointments.FindAsync(id, ct);
        if (appointment is not null && await MayAsync(actor, appointment, ct)) return appointment;
        if (appointment is null && actor.Role == Role.Admin) return AppointmentErrors.NotFound;
        return await audit.DeniedAsync(actor, operation, id);
    }

    private async Task<bool> MayAsync(Actor actor, Appointment appointment, CancellationToken ct) => actor.Role switch
    {
        Role.Admin => true,
        Role.Doctor => appointment.DoctorId == actor.Id,
        Role.Patient => await patients.FindAsync(appointment.PatientId, ct) is { } record && actor.CanRead(record),
    };
}
