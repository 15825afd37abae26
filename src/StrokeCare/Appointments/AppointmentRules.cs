namespace StrokeCare.Appointments;

/// <summary>What makes an appointment acceptable. Limits are written here once; schemas and tests read them.</summary>
public static class AppointmentRules
{
    /// <summary>Minutes: starts and durations are multiples of it, and time is taken in cells of it.</summary>
    public const int Step = 5;

    public const int ShortestMinutes = 5;
    public const int LongestMinutes = 480;
    public const int UsualMinutes = 30;

    public const int ReasonMaxLength = 500;
    public const int NotesMaxLength = 4000;

    /// <summary>An appointment names all whose time it shares; so many fit into a row of the log.</summary>
    public const int MostOverridden = 100;

    /// <summary>Why an appointment shares time with its new doctor's.</summary>
    public const string HandedOver = "The doctor before has left.";

    /// <summary>Why the appointments of a patient end whose record is archived.</summary>
    public const string RecordArchived = "The patient's record was archived.";

    /// <summary>Why an appointment of an older system shares time: nothing kept it from being booked twice.</summary>
    public const string BookedTwice = "Booked twice before this system was in use.";

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(LongestMinutes);

    /// <summary>So far ahead may an appointment be; what is later is a slip of the pen.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(5 * 366);

    internal static void CheckDuration(int minutes, FieldFaults faults)
    {
        if (minutes is < ShortestMinutes or > LongestMinutes || minutes % Step != 0)
            faults.Add("duration_minutes", $"must be {ShortestMinutes} to {LongestMinutes} minutes in steps of {Step}.");
    }

    internal static void CheckGrid(string field, TimeOnly time, FieldFaults faults)
    {
        if (time.Ticks % TimeSpan.FromMinutes(Step).Ticks != 0) faults.Add(field, $"must be on a multiple of {Step} minutes.");
    }

    internal static void CheckStart(DateTimeOffset startsAt, DateTimeOffset now, FieldFaults faults)
    {
        if (startsAt <= now) faults.Add("appointment_time", "must be in the future.");
        if (startsAt > now + Ahead) faults.Add("appointment_date", "is too far ahead.");
    }
}
