using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>The free times of one day, as they are offered.</summary>
public sealed record SlotDay(DateOnly Date, IReadOnlyList<Slot> Slots);

/// <summary>The next days on which a doctor is free, the day on which the next look begins, and whether the doctor has hours at all.</summary>
public sealed record FreeDays(IReadOnlyList<SlotDay> Days, DateOnly Next, bool HasHours)
{
    public static FreeDays None { get; } = new([], default, true);
}

/// <summary>The next days on which a doctor is free; looks at a few weeks and no further.</summary>
internal sealed class SlotDays(GetSlotsHandler handler, GetWorkingHoursHandler hours, ClinicCalendar calendar, TimeProvider time)
{
    private const int DaysShown = 4;
    private const int DaysLookedAt = 21;

    /// <summary>From this day on.</summary>
    public async Task<Result<FreeDays>> FindAsync(UserId doctor, DateOnly? from, int minutes, Actor actor, CancellationToken ct)
    {
        var today = calendar.Clock.At(time.GetUtcNow()).Date;
        var date = from is { } wanted && wanted > today ? wanted : today;
        var read = await handler.HandleAsync(doctor, OfferedDays.From(date, DaysLookedAt), minutes, ct);
        if (!read.Succeeded) return read.Error;
        List<SlotDay> free = [.. read.Value.Slots.GroupBy(slot => slot.Wall.Date).Select(day => new SlotDay(day.Key, [.. day]))];
        // Where not all of them are shown, the next look begins behind the last that is.
        if (free.Count > DaysShown) return new FreeDays([.. free.Take(DaysShown)], free[DaysShown - 1].Date.AddDays(1), true);
        var hasHours = free.Count > 0 || await hours.HandleAsync(doctor, actor, ct) is not { Succeeded: true, Value.Spans.Count: 0 };
        return new FreeDays(free, date.AddDays(DaysLookedAt), hasHours);
    }
}
