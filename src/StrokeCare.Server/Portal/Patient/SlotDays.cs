using System.Globalization;
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

/// <summary>A time as it stands in an address and in a form: the clinic's wall clock, with its offset where that shows a time twice.</summary>
internal static class SlotText
{
    public static string Of(WallTime wall) => wall.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T" + Words.Of(wall.Time) + (wall.UtcOffset is { } offset ? WallTime.Spell(offset) : "");

    public static WallTime? Read(string? text)
    {
        if (text is not { Length: >= 16 } || text[10] != 'T' || ReadDate(text[..10]) is not { } date) return null;
        if (!TimeOnly.TryParseExact(text.AsSpan(11, 5), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return null;
        if (text.Length == 16) return new(date, time);
        // A plus sign in an address is read as a blank.
        return WallTime.TryParseOffset(text[16..].Replace(' ', '+'), out var offset) ? new(date, time) { UtcOffset = offset } : null;
    }

    public static DateOnly? ReadDate(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    public static string InWords(WallTime wall) => $"{Words.WithWeekday(wall.Date)} at {Words.Of(wall.Time)}{(wall.UtcOffset is { } offset ? $" ({WallTime.Spell(offset)})" : "")}";
}
