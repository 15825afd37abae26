using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>What somebody wants to have booked.</summary>
public sealed record Booking
{
    public required PatientId PatientId { get; init; }

    public required UserId DoctorId { get; init; }

    public required WallTime When { get; init; }

    public int DurationMinutes { get; init; } = AppointmentRules.UsualMinutes;

    public required string Reason { get; init; }

    public Urgency Urgency { get; init; }

    public string? Notes { get; init; }

    /// <summary>Null for the operator at the console.</summary>
    public UserId? By { get; init; }
}

/// <summary>
/// A patient's time with a doctor. It never changes in place: each method answers the next version, which a store writes
/// only if the version before it is still the stored one.
/// </summary>
public sealed record Appointment
{
    public required AppointmentId Id { get; init; }

    /// <summary>1 for a new one, one more with each change; 0 for a document of an older system that never had one.</summary>
    public required long Version { get; init; }

    public required PatientId PatientId { get; init; }

    public required UserId DoctorId { get; init; }

    /// <summary>On the clinic's wall clock, as <see cref="Time"/>.</summary>
    public required DateOnly Date { get; init; }

    public required TimeOnly Time { get; init; }

    /// <summary>Where that clock hangs: an IANA name.</summary>
    public required string TimeZone { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required int DurationMinutes { get; init; }

    public required string Reason { get; init; }

    public Urgency Urgency { get; init; }

    public AppointmentStatus Status { get; init; }

    public string? Notes { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>Those whose time this one shares on purpose.</summary>
    public IReadOnlyList<AppointmentId> Overrides { get; init; } = [];

    public string? OverrideReason { get; init; }

    public UserId? CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool IsActive => Status.IsActive();

    /// <summary>Patients move and cancel what is scheduled and has not begun. What is final is told to be so.</summary>
    public bool IsTooLateForPatients(DateTimeOffset now) =>
        Status == AppointmentStatus.Arrived || (Status == AppointmentStatus.Scheduled && StartsAt <= now);

    public DateTimeOffset EndsAt => StartsAt.AddMinutes(DurationMinutes);

    /// <summary>What it covers while it is active. It owns all of it, or, overriding others, what was free; a store knows which.</summary>
    public IReadOnlyList<int> Cells => IsActive ? TimeCells.Of(StartsAt, DurationMinutes) : [];

    public static Result<Appointment> Book(AppointmentId id, Booking booking, ClinicClock clock, DateTimeOffset now)
    {
        var at = now.WholeMilliseconds();
        var faults = new FieldFaults();
        var reason = faults.Required("reason", booking.Reason, AppointmentRules.ReasonMaxLength);
        var notes = faults.Text("notes", booking.Notes, AppointmentRules.NotesMaxLength);
        var startsAt = StartOf(booking.When, booking.DurationMinutes, clock, new(now, faults));
        if (!startsAt.Succeeded) return startsAt.Error;
        return new Appointment
        {
            Id = id,
            Version = 1,
            PatientId = booking.PatientId,
            DoctorId = booking.DoctorId,
            Date = booking.When.Date,
            Time = booking.When.Time,
            TimeZone = clock.TimeZone,
            StartsAt = startsAt.Value,
            DurationMinutes = booking.DurationMinutes,
            Reason = reason,
            Urgency = booking.Urgency,
            Notes = notes,
            CreatedBy = booking.By,
            CreatedAt = at,
            UpdatedAt = at,
        };
    }

    /// <summary>The next version, at another time. What it shared its time with before is forgotten.</summary>
    public Result<Appointment> Reschedule(WallTime to, int minutes, ClinicClock clock, DateTimeOffset now)
    {
        if (Status == AppointmentStatus.Arrived) return AppointmentErrors.AlreadyArrived;
        if (!IsActive) return AppointmentErrors.Final;
        var startsAt = StartOf(to, minutes, clock, new(now, new()));
        if (!startsAt.Succeeded) return startsAt.Error;
        return Next(now) with
        {
            Date = to.Date,
            Time = to.Time,
            TimeZone = clock.TimeZone,
            StartsAt = startsAt.Value,
            DurationMinutes = minutes,
            Overrides = [],
            OverrideReason = null,
        };
    }

    /// <summary>
    /// The same version, sharing the time of these, which are all that stand in its way. An appointment of the same patient
    /// gives way to an emergency only.
    /// </summary>
    public Result<Appointment> Overriding(IReadOnlyCollection<BusyTime> inTheWay, string? reason)
    {
        if (inTheWay.Count == 0) return this;
        var faults = new FieldFaults();
        var why = faults.Required("override_reason", reason, AppointmentRules.ReasonMaxLength);
        if (faults.Error is { } error) return error;
        if (inTheWay.Count > AppointmentRules.MostOverridden) return AppointmentErrors.TooManyOverridden;
        if (Urgency != Urgency.Emergency && inTheWay.Any(one => one.PatientId == PatientId)) return AppointmentErrors.OnlyInAnEmergency;
        return this with { Overrides = [.. inTheWay.Select(one => one.Id).Distinct()], OverrideReason = why };
    }

    /// <summary>
    /// The next version, with another doctor at the same time. It shares the time of whatever stands in its way there, and
    /// needs nobody's leave for it: when a doctor leaves, no patient loses an appointment.
    /// </summary>
    public Result<Appointment> HandOver(UserId to, IEnumerable<BusyTime> inTheWay, DateTimeOffset now)
    {
        if (!IsActive) return AppointmentErrors.Final;
        AppointmentId[] shared = [.. inTheWay.Select(one => one.Id).Where(id => id != Id).Distinct()];
        return Next(now) with { DoctorId = to, Overrides = shared, OverrideReason = shared.Length > 0 ? AppointmentRules.HandedOver : null };
    }

    /// <summary>The next version, which names those as well that took time of it before it could.</summary>
    internal Appointment AlsoOverriding(IEnumerable<AppointmentId> others, DateTimeOffset now) => Next(now) with { Overrides = [.. Overrides.Union(others)] };

    public Result<Appointment> Cancel(string? reason, DateTimeOffset now)
    {
        if (!IsActive) return AppointmentErrors.Final;
        var faults = new FieldFaults();
        var why = faults.Required("reason", reason, AppointmentRules.ReasonMaxLength);
        if (faults.Error is { } error) return error;
        return Next(now) with { Status = AppointmentStatus.Cancelled, CancelReason = why };
    }

    /// <summary>The reason is asked of a cancellation only.</summary>
    public Result<Appointment> ChangeStatus(AppointmentStatus to, string? reason, DateTimeOffset now)
    {
        if (!IsActive) return AppointmentErrors.Final;
        if (to == AppointmentStatus.Cancelled) return Cancel(reason, now);
        return Status.MayBecome(to) ? Next(now) with { Status = to } : AppointmentErrors.StatusNotAllowed;
    }

    private static Result<DateTimeOffset> StartOf(WallTime wall, int minutes, ClinicClock clock, Inspection inspection)
    {
        AppointmentRules.CheckDuration(minutes, inspection.Faults);
        AppointmentRules.CheckGrid("appointment_time", wall.Time, inspection.Faults);
        var moment = clock.MomentOf(wall);
        if (moment.Succeeded) AppointmentRules.CheckStart(moment.Value, inspection.Now, inspection.Faults);
        if (moment.Succeeded && inspection.Faults.Error is null && !TimeCells.IsOnGrid(moment.Value))
            inspection.Faults.Add("appointment_time", "is on no multiple of 5 minutes in UTC.");
        return inspection.Faults.Error is { } error ? error : moment;
    }

    private Appointment Next(DateTimeOffset now) => this with { Version = Version + 1, UpdatedAt = now.WholeMilliseconds() };

    private readonly record struct Inspection(DateTimeOffset Now, FieldFaults Faults);
}
