using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>An appointment and whose it is; null when the record is another doctor's or archived: the appointment is all one gets then.</summary>
public sealed record WorkItem(Appointment Appointment, PatientSummary? Patient);

/// <summary>A doctor's day: its appointments in their order, whose review is overdue, and whose level of risk has changed.</summary>
public sealed record WorkList
{
    public required DateOnly Today { get; init; }

    public required DateOnly Day { get; init; }

    public required IReadOnlyList<WorkItem> Appointments { get; init; }

    /// <summary>The longest overdue first.</summary>
    public required IReadOnlyList<PatientSummary> Overdue { get; init; }

    /// <summary>How many are overdue, shown or not.</summary>
    public required long OverdueCount { get; init; }

    /// <summary>Of the last <see cref="GetWorkListHandler.ChangedWithinDays"/> days, the latest first.</summary>
    public required IReadOnlyList<LevelChange> LevelChanges { get; init; }
}

/// <summary>What a doctor has to do on one day, today if none is named: five queries at most, each by its index, whatever the number of rows.</summary>
public sealed class GetWorkListHandler(IAppointmentStore appointments, IPatientStore patients, ClinicClock clock, AuditTrail audit, TimeProvider time)
{
    /// <summary>A change of level is shown for so long.</summary>
    public const int ChangedWithinDays = 30;

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
        var byId = named.ToDictionary(one => one.Id);
        var overdue = await patients.OverdueAsync(actor.Id, today, MostShown, ct);
        return new WorkList
        {
            Today = today,
            Day = date,
            Appointments = [.. booked.Select(one => new WorkItem(one, byId.GetValueOrDefault(one.PatientId)))],
            Overdue = overdue,
            OverdueCount = overdue.Count < MostShown ? overdue.Count : await patients.CountOverdueAsync(actor.Id, today, ct),
            LevelChanges = await patients.LevelChangesAsync(actor.Id, time.GetUtcNow().AddDays(-ChangedWithinDays), MostShown, ct),
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
        work.Appointments.Select(item => item.Patient).OfType<PatientSummary>().Concat(work.Overdue).Concat(work.LevelChanges.Select(one => one.Patient)).Select(one => one.Id.ToString()).Distinct();
}
