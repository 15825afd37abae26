using System.Globalization;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>The hours of a day as they are typed: 09:00-12:30, 13:30-17:00.</summary>
internal static class HoursText
{
    private static readonly string[] Times = ["H:mm", "H.mm", "%H"];

    public static string Of(IEnumerable<WorkingSpan> spans) => string.Join(", ", spans.Select(span => $"{Words.Of(span.From)}-{Words.Of(span.To)}"));

    /// <summary>Empty is no hours; a fault of the day where it cannot be read.</summary>
    public static IReadOnlyList<DaySpan> Read(DayOfWeek day, string? typed, TypedValues values)
    {
        var spans = new List<DaySpan>();
        foreach (var part in (typed ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(['-', '–'], StringSplitOptions.TrimEntries) is [var from, var to] && Time(from) is { } begin && Time(to) is { } end) spans.Add(new() { From = begin, To = end });
            else values.Fault(WorkingHours.FieldOf(day), "is like 09:00-12:30, 13:30-17:00.");
        }

        return spans;
    }

    private static TimeOnly? Time(string text) => TimeOnly.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
