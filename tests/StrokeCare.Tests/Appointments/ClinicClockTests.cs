using CsCheck;
using StrokeCare.Appointments;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>The days on which the clock is changed. London goes at 1 in the morning UTC, New York at 2 by its own clock.</summary>
public sealed class ClinicClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("01:00")]
    [InlineData("01:30")]
    [InlineData("01:55")]
    public void London_2026_03_29_skips_the_hour_after_one(string time) => AssertSkipped("Europe/London", new(2026, 3, 29), time);

    [Theory]
    [InlineData("00:55", 0, 55)]
    [InlineData("02:00", 1, 0)]
    public void London_2026_03_29_has_what_is_around_the_hour_it_skips(string time, int hour, int minute) =>
        Assert.Equal(Utc(2026, 3, 29, hour, minute), MomentOf("Europe/London", new(2026, 3, 29), time));

    [Fact]
    public void London_2026_10_25_has_the_hour_after_one_twice_and_the_earlier_is_meant_unless_an_offset_is_given() =>
        AssertTwice("Europe/London", new(2026, 10, 25), "01:30", Utc(2026, 10, 25, 0, 30), Hour);

    [Theory]
    [InlineData("00:55", 23, 55, 24)]
    [InlineData("02:00", 2, 0, 25)]
    public void London_2026_10_25_has_what_is_around_the_doubled_hour_once(string time, int hour, int minute, int day) =>
        Assert.Equal(Utc(2026, 10, day, hour, minute), MomentOf("Europe/London", new(2026, 10, 25), time));

    [Theory]
    [InlineData("02:00")]
    [InlineData("02:30")]
    [InlineData("02:55")]
    public void New_York_2026_03_08_skips_the_hour_after_two(string time) => AssertSkipped("America/New_York", new(2026, 3, 8), time);

    [Theory]
    [InlineData("01:55", 6, 55)]
    [InlineData("03:00", 7, 0)]
    public void New_York_2026_03_08_has_what_is_around_the_hour_it_skips(string time, int hour, int minute) =>
        Assert.Equal(Utc(2026, 3, 8, hour, minute), MomentOf("America/New_York", new(2026, 3, 8), time));

    [Fact]
    public void New_York_2026_11_01_has_the_hour_after_one_twice_and_the_earlier_is_meant_unless_an_offset_is_given() =>
        AssertTwice("America/New_York", new(2026, 11, 1), "01:30", Utc(2026, 11, 1, 5, 30), -4 * Hour);

    [Fact]
    public void An_offset_that_the_zone_does_not_have_then_is_refused()
    {
        foreach (var offset in new[] { Hour, 2 * Hour, -Hour, TimeSpan.FromMinutes(30) })
        {
            var refused = London.MomentOf(Wall("10:00") with { UtcOffset = offset }).Error!;
            Assert.Equal((ErrorKind.Invalid, "utc_offset"), (refused.Kind, Assert.Single(refused.Fields.Keys)));
        }

        Assert.True(London.MomentOf(Wall("10:00") with { UtcOffset = TimeSpan.Zero }).Succeeded);
        Assert.Equal(["utc_offset"], London.MomentOf(new(new(2026, 10, 25), new(1, 30)) { UtcOffset = -Hour }).Error!.Fields.Keys);
    }

    [Theory]
    [InlineData("Europe/London")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("UTC")]
    public void What_the_clock_shows_leads_back_to_the_moment(string zone)
    {
        var clock = Clock(zone);
        Gen.Int[0, 365 * 288].Sample(cell =>
        {
            var moment = Utc(2026, 1, 1, 0, 0).AddMinutes(cell * 5);
            return clock.MomentOf(clock.At(moment)).Value == moment;
        });
    }

    [Theory]
    [InlineData("+01:00", 60)]
    [InlineData("-05:00", -300)]
    [InlineData("+00:00", 0)]
    [InlineData("+05:45", 345)]
    public void An_offset_is_read_as_it_is_written(string text, int minutes)
    {
        Assert.True(WallTime.TryParseOffset(text, out var offset));
        Assert.Equal((TimeSpan.FromMinutes(minutes), text), (offset, WallTime.Spell(offset)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01:00")]
    [InlineData("+1:00")]
    [InlineData("+25:00")]
    [InlineData("Z")]
    [InlineData("+01:00:00")]
    public void What_is_no_offset_is_not_read(string? text) => Assert.False(WallTime.TryParseOffset(text, out _));

    [Theory]
    [InlineData("Europe/London", true)]
    [InlineData("GMT Standard Time", false)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_zone_is_known_by_its_iana_name(string? name, bool known) => Assert.Equal(known, ClinicClock.TryOpen(name, out _));

    private static void AssertSkipped(string zone, DateOnly date, string time)
    {
        foreach (var offset in new TimeSpan?[] { null, TimeSpan.Zero, Hour })
        {
            var refused = Appointment.Book(NewAppointmentId(), ABooking() with { When = Wall(time, date) with { UtcOffset = offset } }, Clock(zone), Now).Error!;
            Assert.Equal((ErrorKind.Invalid, "appointment.no_such_time"), (refused.Kind, refused.Code));
            Assert.Equal(["appointment_time"], refused.Fields.Keys);
        }

        Assert.Equal("appointment.no_such_time", AnAppointment().Reschedule(Wall(time, date), 30, Clock(zone), Now).Error!.Code);
    }

    private static void AssertTwice(string zone, DateOnly date, string time, DateTimeOffset first, TimeSpan firstOffset)
    {
        Assert.Equal(first, MomentOf(zone, date, time));
        Assert.Equal(first, Clock(zone).MomentOf(Wall(time, date) with { UtcOffset = firstOffset }).Value);
        Assert.Equal(first + Hour, Clock(zone).MomentOf(Wall(time, date) with { UtcOffset = firstOffset - Hour }).Value);
        Assert.Equal(Wall(time, date) with { UtcOffset = firstOffset }, Clock(zone).At(first));
        Assert.Equal(Wall(time, date) with { UtcOffset = firstOffset - Hour }, Clock(zone).At(first + Hour));
    }

    private static DateTimeOffset MomentOf(string zone, DateOnly date, string time) => Clock(zone).MomentOf(Wall(time, date)).Value;

    private static DateTimeOffset Utc(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}
