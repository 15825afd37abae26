using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>The free times of one day, as they are offered.</summary>
public sealed record SlotDay(DateOnly Date, IReadOnlyList<Slot> Slots);

/// <summary>The next days on which a doctor is free; looks at a few weeks and no further.</summary>
internal sealed class SlotDays(GetSlotsHandler handler, ClinicCalendar calendar, TimeProvider time)
{
    private const int DaysShown = 4;
    private const int DaysLookedAt = 21;

    /// <summary>From this day on; the day after the last one looked at is where the next look begins.</summary>
    public async Task<Result<(IReadOnlyList<SlotDay> Days, DateOnly Next)>> FindAsync(UserId doctor, DateOnly? from, int minutes, CancellationToken ct)
    {
        var today = calendar.Clock.At(time.GetUtcNow()).Date;
        var date = from is { } wanted && wanted > today ? wanted : today;
        var days = new List<SlotDay>();
        for (var looked = 0; looked < DaysLookedAt && days.Count < DaysShown; looked++, date = date.AddDays(1))
        {
            var day = await handler.HandleAsync(doctor, date, minutes, ct);
            if (!day.Succeeded) return day.Error;
            if (day.Value.Slots.Count > 0) days.Add(new(date, day.Value.Slots));
        }

        return (days, date);
    }
}
