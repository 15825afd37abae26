using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

/// <summary>From when to when, on the clinic's wall clock, on each such day of the week.</summary>
public readonly record struct WorkingSpan(DayOfWeek Day, TimeOnly From, TimeOnly To);

public readonly record struct DayOff(DateOnly Date, string? Note);

/// <summary>When a doctor works: spans of each week, and the days on which that does not hold.</summary>
public sealed record WorkingHours
{
    public const int MostSpansADay = 10;
    public const int MostDaysOff = 400;
    public const int NoteMaxLength = 200;

    public required UserId DoctorId { get; init; }

    /// <summary>0 for a doctor who never said; one more with each change of spans or days off.</summary>
    public long Version { get; init; }

    /// <summary>In the order of the week, from Monday, and of the day.</summary>
    public IReadOnlyList<WorkingSpan> Spans { get; init; } = [];

    /// <summary>In their order.</summary>
    public IReadOnlyList<DayOff> DaysOff { get; init; } = [];

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The next version with these spans in place of the old ones; faults are named by the day of the week.</summary>
    public Result<WorkingHours> WithSpans(IEnumerable<WorkingSpan> spans, DateTimeOffset now)
    {
        WorkingSpan[] ordered = [.. spans.OrderBy(span => FromMonday(span.Day)).ThenBy(span => span.From)];
        var faults = new FieldFaults();
        foreach (var day in ordered.GroupBy(span => span.Day)) Check([.. day], FieldOf(day.Key), faults);
        if (faults.Error is { } error) return error;
        return Next(now) with { Spans = ordered };
    }

    /// <summary>The next version with these days off in place of the old ones.</summary>
    public Result<WorkingHours> WithDaysOff(IEnumerable<DayOff> days, DateTimeOffset now)
    {
        var faults = new FieldFaults();
        DayOff[] ordered = [.. days.Select(day => day with { Note = faults.Text("note", day.Note, NoteMaxLength) }).OrderBy(day => day.Date)];
        if (ordered.Length > MostDaysOff) faults.Add("days_off", $"are more than {MostDaysOff}.");
        if (ordered.DistinctBy(day => day.Date).Count() < ordered.Length) faults.Add("date", "is given twice.");
        if (faults.Error is { } error) return error;
        return Next(now) with { DaysOff = ordered };
    }

    /// <summary>The spans of this day; none on a day off.</summary>
    public IEnumerable<WorkingSpan> On(DateOnly date) => DaysOff.Any(day => day.Date == date) ? [] : Spans.Where(span => span.Day == date.DayOfWeek);

    /// <summary>The name of a day of the week in input and answers.</summary>
    public static string FieldOf(DayOfWeek day) => day.ToString().ToLowerInvariant();

    private static void Check(WorkingSpan[] day, string field, FieldFaults faults)
    {
        if (day.Length > MostSpansADay) faults.Add(field, $"has more than {MostSpansADay} spans.");
        for (var i = 0; i < day.Length; i++)
        {
            AppointmentRules.CheckGrid(field, day[i].From, faults);
            AppointmentRules.CheckGrid(field, day[i].To, faults);
            if (day[i].From >= day[i].To) faults.Add(field, "has a span that does not end after it begins, on the same day.");
            if (i > 0 && day[i].From < day[i - 1].To) faults.Add(field, "has spans that overlap.");
        }
    }

    private static int FromMonday(DayOfWeek day) => ((int)day + 6) % 7;

    private WorkingHours Next(DateTimeOffset now) => this with { Version = Version + 1, UpdatedAt = now.WholeMilliseconds() };
}
