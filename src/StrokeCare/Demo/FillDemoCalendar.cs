using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>Gives the doctors of a demonstration their hours, and four weeks of appointments around today, with an end to each that is over.</summary>
public sealed class FillDemoCalendarHandler(IAppointmentStore appointments, IDoctorHoursStore hours, ISecurityLog log, ClinicClock clinic)
{
    // As many as SQLite's writer puts into one commit at most.
    private const int AtOnce = 256;

    /// <summary>Answers how many appointments there are.</summary>
    public async Task<int> HandleAsync(IReadOnlyList<Patient> patients, DemoPeople people, int seed, DateTimeOffset now, CancellationToken ct)
    {
        var clock = new BackdatedTime(now.AddDays(-SyntheticCalendar.Days * 3));
        var audit = new AuditTrail(log, clock);
        var steps = new List<Step>();
        foreach (var (doctor, number) in people.Doctors.Select((doctor, i) => (doctor, i)))
        {
            var week = SyntheticCalendar.Hours(doctor.Id, number, now, clinic);
            if (!await hours.UpdateAsync(week, audit.OfHours(ActorOf(doctor), week), ct)) throw new InvalidOperationException($"Somebody has set the hours of doctor {doctor.Id} already.");
            var own = patients.Where(patient => patient.AssignedDoctorId == doctor.Id).ToList();
            foreach (var plan in SyntheticCalendar.Draw(seed + number, week, own, clinic, now))
            {
                steps.Add(new(plan, doctor, IsEnd: false));
                if (plan.Status != AppointmentStatus.Scheduled) steps.Add(new(plan, doctor, IsEnd: true));
            }
        }

        return await StoreAsync(steps.OrderBy(step => step.At).ThenBy(step => step.IsEnd), clock, audit, ct);
    }

    // In the order of time, which is then the log's, but for those that are under way together where a store has several
    // writers. What becomes of an appointment waits until it is booked.
    private async Task<int> StoreAsync(IEnumerable<Step> inOrder, BackdatedTime clock, AuditTrail audit, CancellationToken ct)
    {
        var (ids, underWay) = (new ClinicalIds(clock), new Queue<Task>());
        var booked = new Dictionary<SyntheticAppointment, (Appointment Stored, Task Done)>(ReferenceEqualityComparer.Instance);
        try
        {
            foreach (var (plan, doctor, isEnd) in inOrder)
            {
                if (underWay.Count == AtOnce) await underWay.Dequeue();
                clock.Now = isEnd ? plan.EndedAt : plan.BookedAt;
                if (isEnd)
                {
                    await booked[plan].Done;
                    underWay.Enqueue(EndAsync(plan, doctor, booked[plan].Stored, audit, ct));
                }
                else
                {
                    var made = Book(new(ids.Next()), plan, doctor);
                    var done = BookAsync(made, audit.Of(AuditAction.AppointmentCreated, ActorOf(doctor), made), ct);
                    booked[plan] = (made, done);
                    underWay.Enqueue(done);
                }
            }
        }
        finally
        {
            // Also when one has failed: the stores are closed behind them.
            await Task.WhenAll(underWay);
        }

        return booked.Count;
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

    private async Task BookAsync(Appointment made, Change change, CancellationToken ct)
    {
        if (await appointments.BookAsync(made, change, ct) is var outcome and not BookOutcome.Booked) throw new InvalidOperationException($"A synthetic appointment was not booked: {outcome}.");
    }

    private async Task EndAsync(SyntheticAppointment plan, User doctor, Appointment booked, AuditTrail audit, CancellationToken ct)
    {
        var cancelled = plan.Status == AppointmentStatus.Cancelled;
        var next = Of(cancelled ? booked.Cancel("The patient rang: cannot come.", plan.EndedAt) : booked.ChangeStatus(plan.Status, null, plan.EndedAt));
        var change = audit.Of(cancelled ? AuditAction.AppointmentCancelled : AuditAction.AppointmentStatusChanged, ActorOf(doctor), next);
        if (await appointments.UpdateAsync(next, change, ct) is var outcome and not UpdateAppointmentOutcome.Updated) throw new InvalidOperationException($"A synthetic appointment was not ended: {outcome}.");
    }

    private static Appointment Of(Result<Appointment> result) =>
        result.Succeeded ? result.Value : throw new InvalidOperationException($"A synthetic appointment breaks a rule: {result.Error.Code} {string.Join(", ", result.Error.Fields.Keys)}.");

    private static Actor ActorOf(User doctor) => new(doctor.Id, doctor.Username, Role.Doctor, Origin.Local);

    /// <summary>A booking, or what became of it.</summary>
    private readonly record struct Step(SyntheticAppointment Plan, User Doctor, bool IsEnd)
    {
        public DateTimeOffset At => IsEnd ? Plan.EndedAt : Plan.BookedAt;
    }
}
