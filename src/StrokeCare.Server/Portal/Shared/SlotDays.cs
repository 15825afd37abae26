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

    /// <summary>From this day on, in one read; with the day on which the next look begins.</summary>
    public async Task<Result<(IReadOnlyList<SlotDay> Days, DateOnly Next)>> FindAsync(UserId doctor, DateOnly? from, int minutes, CancellationToken ct)
    {
        var today = calendar.Clock.At(time.GetUtcNow()).Date;
        var date = from is { } wanted && wanted > today ? wanted : today;
        var read = await handler.HandleAsync(doctor, OfferedDays.From(date, DaysLookedAt), minutes, ct);
        if (!read.Succeeded) return read.Error;
        List<SlotDay> free = [.. read.Value.Slots.GroupBy(slot => slot.Wall.Date).Select(day => new SlotDay(day.Key, [.. day]))];
        // Where not all of them are shown, the next look begins behind the last that is.
        return free.Count > DaysShown
            ? ([.. free.Take(DaysShown)], free[DaysShown - 1].Date.AddDays(1))
            : (free, date.AddDays(DaysLookedAt));
    }
}
