namespace StrokeCare.Appointments;

/// <summary>Time in cells of five minutes, numbered in UTC: a number is Unix seconds divided by 300.</summary>
public static class TimeCells
{
    private const int Seconds = AppointmentRules.Step * 60;

    /// <summary>The cells that an appointment covers.</summary>
    public static int[] Of(DateTimeOffset startsAt, int minutes)
    {
        var first = (int)(startsAt.ToUnixTimeSeconds() / Seconds);
        return [.. Enumerable.Range(first, minutes / AppointmentRules.Step)];
    }

    /// <summary>Whether cells can tell when this begins.</summary>
    internal static bool IsOnGrid(DateTimeOffset startsAt) => startsAt.ToUnixTimeMilliseconds() % (Seconds * 1000L) == 0;
}
