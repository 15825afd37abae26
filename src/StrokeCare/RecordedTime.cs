namespace StrokeCare;

/// <summary>Time as the stores keep it.</summary>
internal static class RecordedTime
{
    public static DateTimeOffset WholeMilliseconds(this DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    /// <summary>Its day in UTC.</summary>
    public static DateOnly UtcDay(this DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>When the day begins in UTC.</summary>
    public static DateTimeOffset UtcMidnight(this DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>The days from the first to the last, both included.</summary>
    public static IEnumerable<DateOnly> DaysTo(this DateOnly first, DateOnly last) =>
        Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1)).Select(first.AddDays);
}
