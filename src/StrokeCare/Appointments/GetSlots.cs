using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

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
