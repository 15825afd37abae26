using StrokeCare.Changes;

namespace StrokeCare.Appointments;

internal static class GuardedAppointmentWrite
{
    /// <summary>Writes <paramref name="next"/> and turns the store's outcome into the caller's answer.</summary>
    public static async Task<Result<Appointment>> WriteAsync(
        this IAppointmentStore appointments, Appointment next, Change change, ExpectedVersion expected, CancellationToken ct)
    {
        var outcome = await appointments.UpdateAsync(next, change, ct);
        Failpoint.Hit("appointment.after_update");
        return outcome switch
        {
            UpdateAppointmentOutcome.Updated => next,
            UpdateAppointmentOutcome.Stale => expected.LostRace,
            UpdateAppointmentOutcome.Missing => AppointmentErrors.NotFound,
            UpdateAppointmentOutcome.DoctorTaken => AppointmentErrors.SlotTaken,
            UpdateAppointmentOutcome.PatientTaken => AppointmentErrors.PatientBusy,
        };
    }
}
