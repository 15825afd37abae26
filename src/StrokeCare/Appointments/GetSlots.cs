using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

/// <summary>What a doctor offers on a day or on some that follow one another, for whoever is signed in.</summary>
public sealed class GetSlotsHandler(ClinicCalendar calendar, IUserStore users, TimeProvider time)
{
    /// <summary>So many days are looked at in one read.</summary>
    public const int MostDays = 42;

    public Task<Result<OfferedSlots>> HandleAsync(UserId doctor, DateOnly date, int minutes, CancellationToken ct) => HandleAsync(doctor, new OfferedDays(date, date), minutes, ct);

    /// <summary>Days beyond what can be booked have no slots; the first must be within it.</summary>
    public async Task<Result<OfferedSlots>> HandleAsync(UserId doctor, OfferedDays days, int minutes, CancellationToken ct)
    {
        var faults = new FieldFaults();
        AppointmentRules.CheckDuration(minutes, faults);
        // Within what can be booked: a time zone has no years 1 and 9999.
        var now = time.GetUtcNow();
        var (first, last) = (calendar.Clock.At(now).Date, calendar.Clock.At(now + AppointmentRules.Ahead).Date);
        if (days.First < first || days.First > last) faults.Add("date", $"is from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}.");
        if (days.Last < days.First || days.Last.DayNumber - days.First.DayNumber >= MostDays) faults.Add("to", $"makes 1 to {MostDays} days.");
        if (faults.Error is { } error) return error;
        if (!await users.IsDoctorAsync(doctor, ct)) return DoctorErrors.NotFound;
        var bookable = days.Last > last ? days with { Last = last } : days;
        return new OfferedSlots(await calendar.SlotsAsync(doctor, bookable, minutes, ct));
    }
}

/// <summary>Days that follow one another, the first and the last included.</summary>
public readonly record struct OfferedDays(DateOnly First, DateOnly Last)
{
    /// <summary>So many from the first on; fewer at the end of all dates.</summary>
    public static OfferedDays From(DateOnly first, int days) => new(first, first.DayNumber > DateOnly.MaxValue.DayNumber - days ? DateOnly.MaxValue : first.AddDays(days - 1));
}

/// <summary>What is offered, in its order.</summary>
public sealed record OfferedSlots(IReadOnlyList<Slot> Slots);
