namespace StrokeCare.Appointments;

/// <summary>A time as it is asked for.</summary>
internal static class WantedTime
{
    public static Result<WallTime> Read(DateOnly date, TimeOnly time, string? utcOffset)
    {
        if (utcOffset is null) return new WallTime(date, time);
        return WallTime.TryParseOffset(utcOffset, out var offset)
            ? new WallTime(date, time) { UtcOffset = offset }
            : Error.Invalid("utc_offset", "is an offset such as +01:00.");
    }
}
