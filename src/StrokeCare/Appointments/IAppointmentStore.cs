using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

public enum BookOutcome
{
    Booked,

    /// <summary>An appointment with this very id is there: the same request came before.</summary>
    AlreadyExists,

    /// <summary>The doctor has an active appointment in this time that is not overridden.</summary>
    DoctorTaken,

    /// <summary>The patient has one.</summary>
    PatientTaken,
}

public enum UpdateAppointmentOutcome
{
    Updated,

    /// <summary>The stored version is not the one before this.</summary>
    Stale,

    Missing,

    DoctorTaken,

    PatientTaken,
}

/// <summary>
/// Appointments in SQLite, PostgreSQL or MongoDB; one contract suite runs against all three. Every write stores the
/// appointment and its change in one atomic step and returns when both are durable; then the relay is woken. An active
/// appointment owns the time it covers, for its doctor and for its patient: unique in storage, so that no two ever own
/// the same. One that overrides others owns what they leave free, and what they let go of later.
/// An outage throws <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IAppointmentStore
{
    Task<BookOutcome> BookAsync(Appointment appointment, Change change, CancellationToken ct);

    /// <summary>Stores <paramref name="next"/> if the stored version is <c>next.Version - 1</c>. Whose it is, and who booked it and when, stays.</summary>
    Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next, Change change, CancellationToken ct);

    Task<Appointment?> FindAsync(AppointmentId id, CancellationToken ct);

    /// <summary>In the order of their beginning, then of their ids. Served by an index whatever the filter.</summary>
    Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, CancellationToken ct);

    /// <summary>The active appointments of a doctor, of a patient or of either that cover time from the one moment up to the other, in their order.</summary>
    Task<IReadOnlyList<BusyTime>> BusyAsync(BusyFilter filter, CancellationToken ct);

    /// <summary>The active appointments that override this one.</summary>
    Task<IReadOnlyList<Appointment>> OverriddenByAsync(AppointmentId id, CancellationToken ct);

    /// <summary>How many active appointments a doctor has that begin after <paramref name="now"/>.</summary>
    Task<long> CountFutureOfDoctorAsync(UserId doctor, DateTimeOffset now, CancellationToken ct);

    /// <summary>Those, the next one first.</summary>
    Task<IReadOnlyList<AppointmentId>> FutureOfDoctorAsync(UserId doctor, DateTimeOffset now, int limit, CancellationToken ct);

    Task<IReadOnlyList<AppointmentId>> FutureOfPatientAsync(PatientId patient, DateTimeOffset now, int limit, CancellationToken ct);

    /// <summary>Whether any active appointment begins after <paramref name="now"/>: while one does, the clinic's zone stays.</summary>
    Task<bool> AnyFutureAsync(DateTimeOffset now, CancellationToken ct);
}

/// <summary>Which appointments, and which page of them.</summary>
public sealed record AppointmentFilter
{
    public UserId? DoctorId { get; init; }

    public PatientId? PatientId { get; init; }

    public AppointmentStatus? Status { get; init; }

    /// <summary>Those that begin at this moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Those that begin before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The last to begin first.</summary>
    public bool Descending { get; init; }

    /// <summary>Only appointments that come after this one in the list: the keyset of the page before.</summary>
    public AppointmentKey? Behind { get; init; }

    public required int Limit { get; init; }
}

/// <summary>Whose time, and from when until when. A doctor and a patient together: the time of either.</summary>
public sealed record BusyFilter
{
    public UserId? DoctorId { get; init; }

    public PatientId? PatientId { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>What stands in an appointment's way, itself not being counted.</summary>
    public static BusyFilter Of(Appointment appointment) =>
        new() { DoctorId = appointment.DoctorId, PatientId = appointment.PatientId, From = appointment.StartsAt, To = appointment.EndsAt };
}

/// <summary>Where in a list an appointment stands.</summary>
public readonly record struct AppointmentKey(DateTimeOffset StartsAt, AppointmentId Id)
{
    public static AppointmentKey Of(Appointment appointment) => new(appointment.StartsAt, appointment.Id);

    public static bool TryParse(string? text, out AppointmentKey key)
    {
        key = default;
        if (text?.Split(' ') is not [var start, var id] || !AppointmentId.TryParse(id, out var appointment)) return false;
        if (!long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)) return false;
        if (milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        key = new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), appointment);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartsAt.ToUnixTimeMilliseconds()} {Id}");
}
