using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Appointments;

/// <summary>An appointment and whose it is; null when the record is another doctor's or archived: the appointment is all one gets then.</summary>
public sealed record WorkItem(Appointment Appointment, PatientSummary? Patient);

/// <summary>A doctor's day: its appointments in their order, whose review is due, and whose risk is highest.</summary>
public sealed record WorkList
{
    public required DateOnly Today { get; init; }

    public required DateOnly Day { get; init; }

    public required IReadOnlyList<WorkItem> Appointments { get; init; }

    /// <summary>The longest overdue first.</summary>
    public required IReadOnlyList<PatientSummary> Overdue { get; init; }

    /// <summary>How many are overdue, shown or not.</summary>
    public required int OverdueCount { get; init; }

    /// <summary>The bands high and very high, the highest number first.</summary>
    public required IReadOnlyList<PatientSummary> HighestRisk { get; init; }

    /// <summary>False: the doctor has more patients than were looked through for the last two lists.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>What a doctor has to do on one day, today if none is named: three queries whatever the number of rows.</summary>
public sealed class GetWorkListHandler(IAppointmentStore appointments, IPatientStore patients, ClinicClock clock, AuditTrail audit, TimeProvider time)
{
    /// <summary>So many patients are looked through for reviews and risks.</summary>
    public const int MostPatients = 2000;

    /// <summary>So many of each are shown.</summary>
    public const int MostShown = 8;

    public async Task<Result<WorkList>> HandleAsync(DateOnly? day, Actor actor, CancellationToken ct)
    {
        var read = await ReadAsync(day, actor, ct);
        if (!read.Succeeded) return read.Error;
        var work = read.Value;
        await audit.SawManyAsync(AuditAction.AppointmentsListed, actor, [.. AppointmentsOf(work)], ct);
        await audit.SawManyAsync(AuditAction.PatientsListed, actor, [.. PatientsOf(work)], ct);
        return work;
    }

    /// <summary>
    /// For a page that stays open: the same, without a word in the log. Before any of it is shown, <see cref="SawAsync"/>
    /// says what the page had not shown yet.
    /// </summary>
    public async Task<Result<WorkList>> ReadAsync(DateOnly? day, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Doctor) return await audit.DeniedAsync(actor, "see a doctor's work list", null, ct);
        var today = clock.At(time.GetUtcNow()).Date;
        var date = day ?? today;
        if (date < today.AddYears(-10) || date > today.AddYears(10)) return Error.Invalid("day", "is within ten years of today.");
        var booked = await appointments.ListAsync(
            new() { DoctorId = actor.Id, From = clock.BeginOf(date, default), To = clock.BeginOf(date.AddDays(1), default), Limit = Page<Appointment>.MaxLimit }, ct);
        var named = booked.Count == 0 ? [] : await patients.AmongAsync(new() { Ids = [.. booked.Select(one => one.PatientId).Distinct()], AssignedDoctorId = actor.Id }, ct);
        var own = await patients.ListAsync(new() { AssignedDoctorId = actor.Id, Limit = MostPatients + 1 }, ct);
        var byId = named.ToDictionary(one => one.Id);
        var overdue = own.Where(one => one.NextReviewOn < today).OrderBy(one => one.NextReviewOn).ThenBy(one => one.Id.Value).ToList();
        return new WorkList
        {
            Today = today,
            Day = date,
            Appointments = [.. booked.Select(one => new WorkItem(one, byId.GetValueOrDefault(one.PatientId)))],
            Overdue = [.. overdue.Take(MostShown)],
            OverdueCount = overdue.Count,
            HighestRisk = [.. own.Where(IsHigh).OrderByDescending(one => one.StrokeRisk).ThenByDescending(one => one.Id.Value).Take(MostShown)],
            IsComplete = own.Count <= MostPatients,
        };
    }

    /// <summary>Appends what of the list is not among <paramref name="shown"/>, and adds it there: an open page shows somebody for the first time only once.</summary>
    public async Task SawAsync(WorkList work, ISet<string> shown, Actor actor, CancellationToken ct)
    {
        foreach (var (action, ids) in new[] { (AuditAction.AppointmentsListed, AppointmentsOf(work)), (AuditAction.PatientsListed, PatientsOf(work)) })
        {
            var fresh = ids.Where(id => !shown.Contains(id)).ToList();
            if (fresh.Count > 0) await audit.SawManyAsync(action, actor, fresh, ct);
            shown.UnionWith(fresh);
        }
    }

    public static IEnumerable<string> AppointmentsOf(WorkList work) => work.Appointments.Select(item => item.Appointment.Id.ToString());

    /// <summary>Each once, however often it is shown.</summary>
    public static IEnumerable<string> PatientsOf(WorkList work) =>
        work.Appointments.Select(item => item.Patient).OfType<PatientSummary>().Concat(work.Overdue).Concat(work.HighestRisk).Select(one => one.Id.ToString()).Distinct();

    private static bool IsHigh(PatientSummary patient) => patient.RiskLevel is RiskLevel.High or RiskLevel.VeryHigh;
}
