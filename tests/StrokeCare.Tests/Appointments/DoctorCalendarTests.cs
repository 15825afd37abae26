using CsCheck;
using StrokeCare.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

public sealed class DoctorCalendarTests
{
    private static readonly DateOnly Spring = new(2026, 3, 29);
    private static readonly DateOnly Autumn = new(2026, 10, 25);

    private static readonly Gen<WorkingHours> AnyHours = Gen.Select(Gen.Int[0, 200], Gen.Int[1, 60], Gen.Int[0, 20], Gen.Int[1, 40])
        .Select((from, length, gap, second) => Hours([(from, from + length), (from + length + gap, Math.Min(287, from + length + gap + second))]));

    [Fact]
    public void Slots_follow_one_another_in_each_span_and_leave_out_what_is_taken()
    {
        var calendar = new DoctorCalendar(Hours("09:00-11:00", "13:00-14:10"), [AnAppointment(time: "09:30").AsBusy()], London);
        Assert.Equal(["09:00", "10:00", "10:30", "13:00", "13:30"], TimesOf(calendar, Day, 30));
        Assert.Equal(["10:00", "13:00"], TimesOf(calendar, Day, 60));
        Assert.Equal([], TimesOf(calendar, Day, 120));
    }

    [Fact]
    public void A_day_off_offers_nothing_and_the_day_after_does()
    {
        var hours = Hours("09:00-10:00").WithDaysOff([new(Day, "Congress")], Now).Value!;
        Assert.Empty(TimesOf(new(hours, [], London), Day, 30));
        Assert.Equal(2, TimesOf(new(hours, [], London), Day.AddDays(1), 30).Count);
    }

    [Fact]
    public void What_has_begun_is_not_offered()
    {
        var calendar = new DoctorCalendar(Hours("09:00-11:00"), [], London);
        var now = new DateTimeOffset(2026, 2, 10, 9, 30, 0, TimeSpan.Zero);
        Assert.Equal(["10:00", "10:30"], calendar.Offered(Day, Day, 30, now).Select(Time));
        Assert.False(calendar.Offers(now, 30, now));
        Assert.True(calendar.Offers(now.AddMinutes(30), 30, now));
        Assert.False(calendar.Offers(now.AddMinutes(35), 30, now));
        Assert.False(calendar.Offers(now.AddMinutes(30), 45, now));
    }

    [Fact]
    public void Every_slot_lies_in_the_hours_overlaps_nothing_and_none_is_left_out() =>
        Gen.Select(AnyHours, Gen.Int[0, 40].Select(Gen.Int[1, 12]).Array[0, 6], Gen.Int[1, 12]).Sample((hours, taken, length) =>
        {
            var minutes = length * 5;
            var busy = taken.Select(t => Moment(t.Item1 * 30) is var start ? new BusyTime(NewAppointmentId(), new(1), default, start, start.AddMinutes(t.Item2 * 5)) : default).ToList();
            var expected =
                from span in hours.On(Day)
                from i in Enumerable.Range(0, 288)
                let start = span.From.ToTimeSpan() + TimeSpan.FromMinutes(minutes * i)
                where start + TimeSpan.FromMinutes(minutes) <= span.To.ToTimeSpan()
                let at = Moment((int)start.TotalMinutes)
                where !busy.Any(b => b.StartsAt < at.AddMinutes(minutes) && at < b.EndsAt)
                select at;
            return new DoctorCalendar(hours, busy, London).Offered(Day, Day, minutes, Now).Select(slot => slot.StartsAt).SequenceEqual(expected);
        });

    [Theory]
    [InlineData("Europe/London")]
    [InlineData("America/New_York")]
    public void No_two_slots_of_a_year_overlap_and_each_is_found_again_by_what_the_clock_shows(string zone)
    {
        var clock = Clock(zone);
        Gen.Select(AnyHours, Gen.Int[1, 24]).Sample(
            (hours, length) =>
            {
                var slots = new DoctorCalendar(hours, [], clock).Offered(new(2026, 1, 6), new(2026, 12, 31), length * 5, Now).ToList();
                return slots.Zip(slots.Skip(1)).All(pair => pair.First.StartsAt.AddMinutes(length * 5) <= pair.Second.StartsAt)
                    && slots.All(slot => clock.MomentOf(slot.Wall).Value == slot.StartsAt && slot.StartsAt.ToUnixTimeSeconds() % 300 == 0);
            },
            iter: 40);
    }

    [Fact]
    public void London_2026_03_29_offers_an_hour_less() =>
        Assert.Equal(["00:00", "00:30", "02:00", "02:30"], TimesOf(new(Hours("00:00-03:00"), [], London), Spring, 30));

    [Fact]
    public void London_2026_03_29_opens_and_closes_within_the_hour_that_is_skipped_when_the_clock_goes_on()
    {
        Assert.Equal(["02:00", "02:30"], TimesOf(new(Hours("01:20-03:00"), [], London), Spring, 30));
        Assert.Equal(["00:00", "00:30"], TimesOf(new(Hours("00:00-01:40"), [], London), Spring, 30));
        Assert.Empty(TimesOf(new(Hours("01:10-01:50"), [], London), Spring, 30));
    }

    [Fact]
    public void London_2026_10_25_offers_an_hour_more_and_tells_the_two_apart()
    {
        var slots = new DoctorCalendar(Hours("00:30-02:30"), [], London).Offered(Autumn, Autumn, 30, Now).ToList();
        Assert.Equal(["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"], slots.Select(Time));
        Assert.Equal([null, 1, 1, 0, 0, null], slots.Select(slot => slot.Wall.UtcOffset?.Hours));
    }

    [Fact]
    public void London_2026_10_25_gives_the_doubled_hour_to_the_first_of_two_spans_that_meet_in_it()
    {
        var slots = new DoctorCalendar(Hours("00:30-01:30", "01:30-03:00"), [], London).Offered(Autumn, Autumn, 30, Now).ToList();
        Assert.Equal(Enumerable.Range(0, 7).Select(i => new DateTimeOffset(2026, 10, 24, 23, 30, 0, TimeSpan.Zero).AddMinutes(30 * i)), slots.Select(slot => slot.StartsAt));
    }

    [Fact]
    public void New_York_2026_03_08_offers_an_hour_less() =>
        Assert.Equal(["01:00", "01:30", "03:00", "03:30"], TimesOf(new(Hours("01:00-04:00"), [], NewYork), new(2026, 3, 8), 30));

    [Fact]
    public void New_York_2026_11_01_offers_an_hour_more() =>
        Assert.Equal(["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"], TimesOf(new(Hours("00:30-02:30"), [], NewYork), new(2026, 11, 1), 30));

    [Fact]
    public void The_nearest_free_slots_come_nearest_first_and_of_two_the_later()
    {
        var calendar = new DoctorCalendar(Hours("09:00-12:00"), [AnAppointment(time: "10:00").AsBusy()], London);
        Assert.Equal(["10:30", "09:30", "11:00"], calendar.NearestFree(Moment(600), 30, Now).Select(Time));
    }

    [Fact]
    public void The_nearest_free_slots_are_looked_for_within_fourteen_days_and_never_in_the_past()
    {
        // Tuesdays only.
        var hours = new WorkingHours { DoctorId = new(1) }.WithSpans([new(DayOfWeek.Tuesday, new(10, 0), new(10, 30))], Now).Value!;
        var calendar = new DoctorCalendar(hours, [AnAppointment(time: "10:00").AsBusy()], London);
        Assert.Equal([7, -7, 14], calendar.NearestFree(Moment(600), 30, Now).Select(slot => slot.Wall.Date.DayNumber - Day.DayNumber));
        Assert.Equal([7, 14], calendar.NearestFree(Moment(600), 30, Moment(540)).Select(slot => slot.Wall.Date.DayNumber - Day.DayNumber));
        Assert.Empty(calendar.NearestFree(Moment(600), 60, Now));
    }

    [Fact]
    public void The_nearest_free_slots_are_those_of_a_plain_search() =>
        Gen.Select(AnyHours, Gen.Int[0, 47].Array[0, 30], Gen.Int[0, 287]).Sample((hours, taken, wanted) =>
        {
            var busy = taken.Select((half, i) => Moment(half * 30).AddDays((i % 29) - 14) is var at ? new BusyTime(NewAppointmentId(), new(1), default, at, at.AddMinutes(30)) : default).ToList();
            var calendar = new DoctorCalendar(hours, busy, London);
            var start = Moment(wanted * 5);
            var expected = calendar.Offered(Day.AddDays(-15), Day.AddDays(15), 30, Now)
                .Select(slot => (slot.StartsAt, Distance: (slot.StartsAt - start).Duration())).Where(slot => slot.Distance <= DoctorCalendar.Around)
                .OrderBy(slot => slot.Distance).ThenByDescending(slot => slot.StartsAt).Take(3).Select(slot => slot.StartsAt);
            return calendar.NearestFree(start, 30, Now).Select(slot => slot.StartsAt).SequenceEqual(expected);
        });

    private static DateTimeOffset Moment(int minuteOfDay) => new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero).AddMinutes(minuteOfDay);

    private static WorkingHours Hours(params string[] spans) => Hours([.. spans.Select(span => (Cell(span[..5]), Cell(span[6..])))]);

    private static WorkingHours Hours((int From, int To)[] spans) => new WorkingHours { DoctorId = new(1) }.WithSpans(
        from day in Enum.GetValues<DayOfWeek>()
        from span in spans
        where span.From < span.To
        select new WorkingSpan(day, TimeOnly.MinValue.AddMinutes(span.From * 5), TimeOnly.MinValue.AddMinutes(span.To * 5)),
        Now).Value!;

    private static int Cell(string time) => (int)TimeOnly.Parse(time).ToTimeSpan().TotalMinutes / 5;

    private static string Time(Slot slot) => slot.Wall.Time.ToString("HH:mm");

    private static List<string> TimesOf(DoctorCalendar calendar, DateOnly date, int minutes) => [.. calendar.Offered(date, date, minutes, Now).Select(Time)];
}
