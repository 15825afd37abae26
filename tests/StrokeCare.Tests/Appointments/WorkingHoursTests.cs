using StrokeCare.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

public sealed class WorkingHoursTests
{
    private static readonly WorkingHours None = new() { DoctorId = new(7) };

    [Fact]
    public void Spans_are_kept_in_the_order_of_the_week_and_each_change_is_a_version()
    {
        var hours = None.WithSpans([Span(DayOfWeek.Sunday, 9, 12), Span(DayOfWeek.Monday, 13, 17), Span(DayOfWeek.Monday, 8, 12)], Now).Value!;
        Assert.Equal([Span(DayOfWeek.Monday, 8, 12), Span(DayOfWeek.Monday, 13, 17), Span(DayOfWeek.Sunday, 9, 12)], hours.Spans);
        Assert.Equal((1, Now), (hours.Version, hours.UpdatedAt));
        var off = hours.WithDaysOff([new(Day, " Congress "), new(Day.AddDays(-1), null)], Now).Value!;
        Assert.Equal((2, 3), (off.Version, off.Spans.Count));
        Assert.Equal([new(Day.AddDays(-1), null), new(Day, "Congress")], off.DaysOff);
        Assert.Empty(off.On(Day));
        Assert.Equal(2, off.On(new(2026, 2, 16)).Count());
    }

    [Fact]
    public void Spans_that_touch_are_two_and_spans_that_overlap_are_refused()
    {
        Assert.True(None.WithSpans([Span(DayOfWeek.Monday, 8, 12), Span(DayOfWeek.Monday, 12, 17)], Now).Succeeded);
        Assert.Equal(["monday"], FaultsOf(Span(DayOfWeek.Monday, 8, 12), Span(DayOfWeek.Monday, 11, 17), Span(DayOfWeek.Tuesday, 11, 17)));
    }

    [Fact]
    public void A_span_ends_after_it_begins_on_the_same_day_and_both_are_in_fives()
    {
        Assert.Equal(["friday", "monday"], FaultsOf(Span(DayOfWeek.Monday, 22, 2), Span(DayOfWeek.Friday, 9, 9)));
        Assert.Equal(["monday"], FaultsOf(new WorkingSpan(DayOfWeek.Monday, new(8, 1), new(9, 0))));
        Assert.Equal(["monday"], FaultsOf(new WorkingSpan(DayOfWeek.Monday, new(8, 0), new(9, 0, 30))));
        Assert.Equal(["monday"], FaultsOf([.. Enumerable.Range(0, 11).Select(i => Span(DayOfWeek.Monday, i, i + 1))]));
    }

    [Fact]
    public void Days_off_are_few_and_each_is_given_once()
    {
        Assert.Equal(["date"], None.WithDaysOff([new(Day, null), new(Day, "Again")], Now).Error!.Fields.Keys);
        Assert.Equal(["note"], None.WithDaysOff([new(Day, new('x', WorkingHours.NoteMaxLength + 1))], Now).Error!.Fields.Keys);
        Assert.True(None.WithDaysOff(Enumerable.Range(0, WorkingHours.MostDaysOff).Select(i => new DayOff(Day.AddDays(i), null)), Now).Succeeded);
        Assert.Equal(["days_off"], None.WithDaysOff(Enumerable.Range(0, WorkingHours.MostDaysOff + 1).Select(i => new DayOff(Day.AddDays(i), null)), Now).Error!.Fields.Keys);
    }

    private static WorkingSpan Span(DayOfWeek day, int from, int to) => new(day, new(from, 0), new(to, 0));

    private static IEnumerable<string> FaultsOf(params WorkingSpan[] spans) => None.WithSpans(spans, Now).Error!.Fields.Keys.Order(StringComparer.Ordinal);
}
