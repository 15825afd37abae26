using System.Globalization;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>A time as it stands in an address and in a form: the clinic's wall clock, with its offset where that shows a time twice.</summary>
internal static class SlotText
{
    public static string Of(WallTime wall) => wall.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T" + Words.Of(wall.Time) + OffsetOf(wall);

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

    public static string InWords(WallTime wall) => $"{Words.WithWeekday(wall.Date)} at {TimeOf(wall)}";

    /// <summary>The time of day, with its offset where the day has it twice.</summary>
    public static string TimeOf(WallTime wall) => Words.Of(wall.Time) + (wall.UtcOffset is { } offset ? $" ({WallTime.Spell(offset)})" : "");

    /// <summary>The offset as commands have it; null where the day has the time once.</summary>
    public static string? OffsetOf(WallTime wall) => wall.UtcOffset is { } offset ? WallTime.Spell(offset) : null;
}
