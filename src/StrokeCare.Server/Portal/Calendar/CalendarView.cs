using System.Globalization;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Portal;

public enum Stretch
{
    Day,
    Week,
    Month,
}

/// <summary>Which days of whose calendar a page shows, and the addresses of those beside them. No address says more than days and a doctor.</summary>
public sealed record CalendarView(Stretch Stretch, DateOnly Day, UserId Doctor)
{
    /// <summary>A week unless another stretch is named; today unless a day is, and one that has days around it.</summary>
    public static CalendarView Read(string? stretch, DateOnly? day, (DateOnly Today, UserId Doctor) otherwise) =>
        new(stretch switch { "day" => Stretch.Day, "month" => Stretch.Month, _ => Stretch.Week }, day is { Year: > 1 and < 9999 } named ? named : otherwise.Today, otherwise.Doctor);

    public DateOnly From => Stretch switch
    {
        Stretch.Day => Day,
        Stretch.Week => MondayOf(Day),
        Stretch.Month => MondayOf(new(Day.Year, Day.Month, 1)),
    };

    public DateOnly To => Stretch switch
    {
        Stretch.Day => Day,
        Stretch.Week => From.AddDays(6),
        Stretch.Month => MondayOf(new(Day.Year, Day.Month, DateTime.DaysInMonth(Day.Year, Day.Month))).AddDays(6),
    };

    public CalendarView Before => this with { Day = Stretch switch { Stretch.Day => Day.AddDays(-1), Stretch.Week => Day.AddDays(-7), Stretch.Month => Day.AddMonths(-1) } };

    public CalendarView After => this with { Day = Stretch switch { Stretch.Day => Day.AddDays(1), Stretch.Week => Day.AddDays(7), Stretch.Month => Day.AddMonths(1) } };

    public string Address => string.Create(CultureInfo.InvariantCulture, $"/calendar?view={Name(Stretch)}&day={Day:yyyy-MM-dd}&doctor={Doctor.Value}");

    public string Title => Stretch switch
    {
        Stretch.Day => Words.WithWeekday(Day),
        Stretch.Week => From.Month == To.Month ? $"{From.Day} to {Words.Long(To)}" : $"{From.ToString("d MMMM", CultureInfo.InvariantCulture)} to {Words.Long(To)}",
        Stretch.Month => Day.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
    };

    public static string Name(Stretch stretch) => stretch.ToString().ToLowerInvariant();

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
