using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Api;

/// <summary>A doctor's hours of the week as the API answers them, in the form in which they are set.</summary>
internal sealed record HoursRecord(WorkingHours Hours, string TimeZone)
{
    [JsonIgnore]
    public WorkingHours Hours { get; } = Hours;

    public UserId DoctorId => Hours.DoctorId;

    /// <summary>Of the hours and the days off together; 0 before either was set.</summary>
    public long Version => Hours.Version;

    public IReadOnlyList<DaySpan> Monday => On(DayOfWeek.Monday);

    public IReadOnlyList<DaySpan> Tuesday => On(DayOfWeek.Tuesday);

    public IReadOnlyList<DaySpan> Wednesday => On(DayOfWeek.Wednesday);

    public IReadOnlyList<DaySpan> Thursday => On(DayOfWeek.Thursday);

    public IReadOnlyList<DaySpan> Friday => On(DayOfWeek.Friday);

    public IReadOnlyList<DaySpan> Saturday => On(DayOfWeek.Saturday);

    public IReadOnlyList<DaySpan> Sunday => On(DayOfWeek.Sunday);

    public DateTimeOffset? UpdatedAt => Hours.UpdatedAt;

    private List<DaySpan> On(DayOfWeek day) => [.. Hours.Spans.Where(span => span.Day == day).Select(span => new DaySpan { From = span.From, To = span.To })];
}

/// <summary>A doctor's days off as the API answers them, in the form in which they are set.</summary>
internal sealed record DaysOffRecord(WorkingHours Hours)
{
    [JsonIgnore]
    public WorkingHours Hours { get; } = Hours;

    public UserId DoctorId => Hours.DoctorId;

    /// <summary>Of the hours and the days off together; 0 before either was set.</summary>
    public long Version => Hours.Version;

    public IReadOnlyList<DayAway> DaysOff => [.. Hours.DaysOff.Select(day => new DayAway { Date = day.Date, Note = day.Note })];
}
