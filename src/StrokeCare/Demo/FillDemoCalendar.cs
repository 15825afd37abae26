using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>Gives the doctors of a demonstration their hours, and four weeks of appointments around today, with an end to each that is over.</summary>
public sealed class FillDemoCalendarHandler(IAppointmentStore appointments, IDoctorHoursStore hours, ISecurityLog log, ClinicClock clinic)
{
    // Enough for the writer to put many into one commit.
    private const int AtOnce = 128;

    /// <summary>A booking, or what became of one.</summary>
    private readonly record struct Write(Appointment Stored, Change Change);

    /// <summary>Answers how many appointments there are.</summary>
    public async Task<int> HandleAsync(IReadOnlyList<Patient> patients, DemoPeople people, int seed, DateTimeOffset now, CancellationToken ct)
    {
        var clock = new BackdatedTime(now.AddDays(-SyntheticCalendar.Days * 3));
        var (audit, ids) = (new AuditTrail(log, clock), new ClinicalIds(clock));
        var (booked, writes) = (0, new List<Write>());
        foreach (var (doctor, number) in people.Doctors.Select((doctor, i) => (doctor, i)))
        {
            var week = SyntheticCalendar.Hours(doctor.Id, number, now, clinic);
            await hours.UpdateAsync(week, audit.OfHours(ActorOf(doctor), week), ct);
            var own = patients.Where(patient => patient.AssignedDoctorId == doctor.Id).ToList();
            foreach (var plan in SyntheticCalendar.Draw(seed + number, week, own, clinic, now))
            {
                clock.Now = plan.BookedAt;
                var made = Book(new(ids.Next()), plan, doctor);
                writes.Add(new(made, audit.Of(AuditAction.AppointmentCreated, ActorOf(doctor), made)));
                if (plan.Status != AppointmentStatus.Scheduled) writes.Add(End(plan, doctor, made, clock, audit));
                booked++;
            }
        }

        await StoreAsync(writes.OrderBy(write => write.Change.At).ThenBy(write => write.Stored.Version), ct);
        return booked;
    }

    // In the order of time, as the log has them, many at once; but what becomes of an appointment waits until it is booked.
    private async Task StoreAsync(IEnumerable<Write> inOrder, CancellationToken ct)
    {
        var (together, booking) = (new List<Task>(), new HashSet<AppointmentId>());
        foreach (var write in inOrder)
        {
            if (together.Count == AtOnce || booking.Contains(write.Stored.Id))
            {
                await Task.WhenAll(together);
                together.Clear();
                booking.Clear();
            }

            if (write.Stored.Version == 1) booking.Add(write.Stored.Id);
            together.Add(write.Stored.Version == 1 ? appointments.BookAsync(write.Stored, write.Change, ct) : appointments.UpdateAsync(write.Stored, write.Change, ct));
        }

        await Task.WhenAll(together);
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

    private static Write End(SyntheticAppointment plan, User doctor, Appointment booked, BackdatedTime clock, AuditTrail audit)
    {
        var cancelled = plan.Status == AppointmentStatus.Cancelled;
        clock.Now = plan.EndedAt;
        var next = Of(cancelled ? booked.Cancel("The patient rang: cannot come.", plan.EndedAt) : booked.ChangeStatus(plan.Status, null, plan.EndedAt));
        return new(next, audit.Of(cancelled ? AuditAction.AppointmentCancelled : AuditAction.AppointmentStatusChanged, ActorOf(doctor), next));
    }

    private static Appointment Of(Result<Appointment> result) =>
        result.Succeeded ? result.Value : throw new InvalidOperationException($"A synthetic appointment breaks a rule: {result.Error.Code} {string.Join(", ", result.Error.Fields.Keys)}.");

    private static Actor ActorOf(User doctor) => new(doctor.Id, doctor.Username, Role.Doctor, Origin.Local);
}
