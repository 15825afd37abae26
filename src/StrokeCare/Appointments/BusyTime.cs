using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>An active appointment as far as it takes time.</summary>
public readonly record struct BusyTime(AppointmentId Id, UserId DoctorId, PatientId PatientId, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>Whose time an appointment cannot have.</summary>
public enum Obstacle
{
    None,

    /// <summary>The doctor's, whether the patient is busy as well or not.</summary>
    Doctor,

    Patient,
}

public static class BusyTimes
{
    /// <summary>Of what takes time of its doctor or its patient, all that overlaps an appointment and is not overridden by it.</summary>
    public static IReadOnlyList<BusyTime> InTheWayOf(this IEnumerable<BusyTime> busy, Appointment appointment) =>
    [
        .. busy.Where(one => one.Id != appointment.Id && !appointment.Overrides.Contains(one.Id))
            .Where(one => one.DoctorId == appointment.DoctorId || one.PatientId == appointment.PatientId)
            .Where(one => one.StartsAt < appointment.EndsAt && appointment.StartsAt < one.EndsAt),
    ];

    public static Obstacle ObstacleTo(this IEnumerable<BusyTime> busy, Appointment appointment)
    {
        var inTheWay = busy.InTheWayOf(appointment);
        if (inTheWay.Count == 0) return Obstacle.None;
        return inTheWay.Any(one => one.DoctorId == appointment.DoctorId) ? Obstacle.Doctor : Obstacle.Patient;
    }
}
