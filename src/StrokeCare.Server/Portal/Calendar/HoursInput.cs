namespace StrokeCare.Server.Portal;

public sealed class HoursInput
{
    public string? Monday { get; set; }

    public string? Tuesday { get; set; }

    public string? Wednesday { get; set; }

    public string? Thursday { get; set; }

    public string? Friday { get; set; }

    public string? Saturday { get; set; }

    public string? Sunday { get; set; }

    /// <summary>Which of the page's forms was sent: an empty day is no hours, and not what is stored.</summary>
    public string? Form { get; set; }

    public string? FirstDay { get; set; }

    public string? FirstMonth { get; set; }

    public string? FirstYear { get; set; }

    public string? LastDay { get; set; }

    public string? LastMonth { get; set; }

    public string? LastYear { get; set; }

    public string? Note { get; set; }

    /// <summary>The button beside a day off.</summary>
    public string? Remove { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }

    internal string? On(DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => Monday,
        DayOfWeek.Tuesday => Tuesday,
        DayOfWeek.Wednesday => Wednesday,
        DayOfWeek.Thursday => Thursday,
        DayOfWeek.Friday => Friday,
        DayOfWeek.Saturday => Saturday,
        DayOfWeek.Sunday => Sunday,
    };

    internal TypedDate First => new(FirstDay, FirstMonth, FirstYear);

    internal TypedDate Last => new(LastDay, LastMonth, LastYear);
}
