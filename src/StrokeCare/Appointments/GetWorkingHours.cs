using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

/// <summary>When a doctor works, for whoever is signed in. Why they are away on some day is for themselves and admins.</summary>
public sealed class GetWorkingHoursHandler(IDoctorHoursStore hours, IUserStore users)
{
    public async Task<Result<WorkingHours>> HandleAsync(UserId doctor, Actor actor, CancellationToken ct)
    {
        if (!await users.IsDoctorAsync(doctor, ct)) return DoctorErrors.NotFound;
        var found = await hours.FindAsync(doctor, ct);
        return actor.Role == Role.Admin || actor.Id == doctor ? found : found with { DaysOff = [.. found.DaysOff.Select(day => day with { Note = null })] };
    }
}

/// <summary>What a doctor offers on one day, for whoever is signed in.</summary>
public sealed class GetSlotsHandler(ClinicCalendar calendar, IUserStore users, TimeProvider time)
{
    public async Task<Result<OfferedDay>> HandleAsync(UserId doctor, DateOnly date, int minutes, CancellationToken ct)
    {
        var faults = new FieldFaults();
        AppointmentRules.CheckDuration(minutes, faults);
        // Within what can be booked: a time zone has no years 1 and 9999.
        var now = time.GetUtcNow();
        var (first, last) = (calendar.Clock.At(now).Date, calendar.Clock.At(now + AppointmentRules.Ahead).Date);
        if (date < first || date > last) faults.Add("date", $"is from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}.");
        if (faults.Error is { } error) return error;
        if (!await users.IsDoctorAsync(doctor, ct)) return DoctorErrors.NotFound;
        return new OfferedDay(await calendar.SlotsAsync(doctor, date, minutes, ct));
    }
}

/// <summary>What is offered on one day, in its order.</summary>
public sealed record OfferedDay(IReadOnlyList<Slot> Slots);

public static class DoctorErrors
{
    /// <summary>Who works here anybody may know, and so who does not.</summary>
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "doctor.not_found", "There is no active doctor with this id.");

    internal static async Task<bool> IsDoctorAsync(this IUserStore users, UserId id, CancellationToken ct) =>
        await users.FindAsync(id, ct) is { Role: Role.Doctor, IsActive: true };
}
