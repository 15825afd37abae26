using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>Gives the doctors of a demonstration their hours, and four weeks of appointments around today, with an end to each that is over.</summary>
public sealed class FillDemoCalendarHandler(IAppointmentStore appointments, IDoctorHoursStore hours, ISecurityLog log, ClinicClock clinic)
{
    private const int AtOnce = 128;

    /// <summary>Answers how many appointments there are.</summary>
    public async Task<int> HandleAsync(IReadOnlyList<Patient> patients, DemoPeople people, int seed, DateTimeOffset now, CancellationToken ct)
    {
        var clock = new BackdatedTime(now.AddDays(-SyntheticCalendar.Days * 3));
        var (audit, ids) = (new AuditTrail(log, clock), new ClinicalIds(clock));
        var drawn = new List<(SyntheticAppointment Plan, User Doctor, Appointment Booked, Change Change)>();
        foreach (var (doctor, number) in people.Doctors.Select((doctor, i) => (doctor, i)))
        {
            var week = SyntheticCalendar.Hours(doctor.Id, number, now, clinic);
            await hours.UpdateAsync(week, audit.OfHours(ActorOf(doctor), week), ct);
            var own = patients.Where(patient => patient.AssignedDoctorId == doctor.Id).ToList();
            foreach (var plan in SyntheticCalendar.Draw(seed + number, week, own, clinic, now))
            {
                clock.Now = plan.BookedAt;
                var booked = Book(new(ids.Next()), plan, doctor);
                drawn.Add((plan, doctor, booked, audit.Of(AuditAction.AppointmentCreated, ActorOf(doctor), booked)));
            }
        }

        var limit = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(drawn, limit, async (one, token) => await appointments.BookAsync(one.Booked, one.Change, token));
        var ended = drawn.Where(one => one.Plan.Status != AppointmentStatus.Scheduled).Select(one => End(one.Plan, one.Doctor, one.Booked, clock, audit)).ToList();
        await Parallel.ForEachAsync(ended, limit, async (one, token) => await appointments.UpdateAsync(one.Next, one.Change, token));
        return drawn.Count;
    }

    private Appointment Book(AppointmentId id, SyntheticAppointment plan, User doctor)
    {
        var booking = new Booking
        {
            PatientId = plan.Patient,
            DoctorId = doctor.Id,
            When = plan.Slot.Wall,
            DurationMinutes = plan.Slot.DurationMinutes,
            Reason = plan.Reason,
            Urgency = plan.Urgency,
            By = doctor.Id,
        };
        return Of(Appointment.Book(id, booking, clinic, plan.BookedAt));
    }

    private static (Appointment Next, Change Change) End(SyntheticAppointment plan, User doctor, Appointment booked, BackdatedTime clock, AuditTrail audit)
    {
        var cancelled = plan.Status == AppointmentStatus.Cancelled;
        clock.Now = plan.EndedAt;
        var next = Of(cancelled ? booked.Cancel("The patient rang: cannot come.", plan.EndedAt) : booked.ChangeStatus(plan.Status, null, plan.EndedAt));
        return (next, audit.Of(cancelled ? AuditAction.AppointmentCancelled : AuditAction.AppointmentStatusChanged, ActorOf(doctor), next));
    }

    private static Appointment Of(Result<Appointment> result) =>
        result.Succeeded ? result.Value : throw new InvalidOperationException($"A synthetic appointment breaks a rule: {result.Error.Code} {string.Join(", ", result.Error.Fields.Keys)}.");

    private static Actor ActorOf(User doctor) => new(doctor.Id, doctor.Username, Role.Doctor, Origin.Local);
}
