using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>Which days of whose calendar, the first and the last included.</summary>
public sealed record CalendarAsked
{
    public required UserId DoctorId { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>False: how much there is, and no patient is read.</summary>
    public bool WithPatients { get; init; }
}

/// <summary>A day of a doctor: what is booked, what is free, and when they work.</summary>
public sealed record CalendarDay
{
    public required DateOnly Date { get; init; }

    /// <summary>The hours of the week; they do not hold on a day off.</summary>
    public required IReadOnlyList<WorkingSpan> Hours { get; init; }

    public required DayOff? Off { get; init; }

    /// <summary>In their order.</summary>
    public required IReadOnlyList<WorkItem> Appointments { get; init; }

    public required IReadOnlyList<Slot> Free { get; init; }
}

public sealed record DoctorDays
{
    public required DateOnly Today { get; init; }

    public required IReadOnlyList<CalendarDay> Days { get; init; }

    /// <summary>False: there is more than was read, and the last days lack appointments.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>Days of a doctor's calendar, for themselves and admins: as many queries for a month as for a day.</summary>
public sealed class GetCalendarHandler(
    IAppointmentStore appointments, IPatientStore patients, IDoctorHoursStore hours, IUserStore users, ClinicClock clock, AuditTrail audit, TimeProvider time)
{
    public const int MostDays = 42;

    /// <summary>So many appointments are read, whatever the number of days.</summary>
    public const int MostAppointments = 1000;

    private const int YearsAround = 10;

    public async Task<Result<DoctorDays>> HandleAsync(CalendarAsked asked, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin && !(actor.Role == Role.Doctor && actor.Id == asked.DoctorId))
            return await audit.DeniedAsync(actor, "see a doctor's calendar", null, ct);
        var now = time.GetUtcNow();
        var today = clock.At(now).Date;
        if (asked.From < today.AddYears(-YearsAround) || asked.To > today.AddYears(YearsAround)) return Error.Invalid("day", $"is within {YearsAround} years of today.");
        if (asked.To < asked.From || asked.To.DayNumber - asked.From.DayNumber >= MostDays) return Error.Invalid("day", $"begins a stretch of 1 to {MostDays} days.");
        if (!await users.IsDoctorAsync(asked.DoctorId, ct)) return DoctorErrors.NotFound;

        var (from, to) = (clock.BeginOf(asked.From, default), clock.BeginOf(asked.To.AddDays(1), default));
        var read = await appointments.ListAsync(new() { DoctorId = asked.DoctorId, From = from, To = to, Limit = MostAppointments + 1 }, ct);
        var booked = read.Take(MostAppointments).ToList();
        var busy = await appointments.BusyAsync(new() { DoctorId = asked.DoctorId, From = from, To = to }, ct);
        var week = await hours.FindAsync(asked.DoctorId, ct);
        var byId = (asked.WithPatients ? await PatientsOfAsync(booked, actor, ct) : []).ToDictionary(one => one.Id);
        var free = new DoctorCalendar(week, busy, clock).Offered(asked.From, asked.To, AppointmentRules.UsualMinutes, now).ToLookup(slot => slot.Wall.Date);
        var byDay = booked.ToLookup(one => clock.At(one.StartsAt).Date);
        await SawAsync(booked, [.. byId.Values], actor, ct);
        return new DoctorDays
        {
            Today = today,
            Days = [.. Enumerable.Range(0, asked.To.DayNumber - asked.From.DayNumber + 1).Select(asked.From.AddDays).Select(date => new CalendarDay
            {
                Date = date,
                Hours = [.. week.Spans.Where(span => span.Day == date.DayOfWeek)],
                Off = week.DaysOff.Where(off => off.Date == date).Select(off => (DayOff?)off).FirstOrDefault(),
                Appointments = [.. byDay[date].Select(one => new WorkItem(one, byId.GetValueOrDefault(one.PatientId)))],
                Free = [.. free[date]],
            })],
            IsComplete = read.Count <= MostAppointments,
        };
    }

    // A doctor's own patients only: another's appointment is all they get of the rest.
    private async Task<IReadOnlyList<PatientSummary>> PatientsOfAsync(List<Appointment> booked, Actor actor, CancellationToken ct) => booked.Count == 0 ? [] : await patients.AmongAsync(
        new() { Ids = [.. booked.Select(one => one.PatientId).Distinct()], AssignedDoctorId = actor.Role == Role.Doctor ? actor.Id : null }, ct);

    // A row of the log has room for the ids of a page: a month leaves several rows.
    private async Task SawAsync(List<Appointment> booked, List<PatientSummary> seen, Actor actor, CancellationToken ct)
    {
        foreach (var page in booked.Select(one => one.Id.ToString()).Chunk(Page<Appointment>.MaxLimit).DefaultIfEmpty([]))
            await audit.SawManyAsync(AuditAction.AppointmentsListed, actor, page, ct);
        foreach (var page in seen.Select(one => one.Id.ToString()).Chunk(Page<PatientSummary>.MaxLimit))
            await audit.SawManyAsync(AuditAction.PatientsListed, actor, page, ct);
    }
}
