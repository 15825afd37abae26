using System.Net;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class DaylightSavingTests
{
    [Theory]
    [InlineData("Europe/London", "2026-03-29", "01:30", "2026-10-25", "+01:00", "00:30", "+00:00", "01:30")]
    [InlineData("America/New_York", "2026-03-08", "02:30", "2026-11-01", "-04:00", "05:30", "-05:00", "06:30")]
    public async Task The_hour_that_is_skipped_is_refused_and_the_one_that_comes_twice_is_booked_twice(
        string zone, string spring, string skipped, string autumn, string first, string firstUtc, string second, string secondUtc)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 2, 1, 12, 0, 0, TimeSpan.Zero));
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, new Dictionary<string, string> { ["CLINIC_TIME_ZONE"] = zone }, clock);
        using var practice = await Practice.OpenAsync(portal, "00:00", "04:00");
        var (march, october) = (DateOnly.Parse(spring, null), DateOnly.Parse(autumn, null));

        await (await practice.Owner.PostAsync(Book, practice.At(skipped, march))).ProblemAsync(HttpStatusCode.BadRequest, "appointment.no_such_time", "appointment_time");
        Assert.Equal(6, (await practice.Owner.ItemsAsync($"{practice.DoctorPath}/slots?date={spring}")).Count);
        var offered = await practice.Owner.ItemsAsync($"{practice.DoctorPath}/slots?date={autumn}");
        Assert.Equal((10, 2), (offered.Count, offered.Count(slot => (string)slot["appointment_time"]! == "01:30")));
        Assert.Equal([first, second], offered.Where(slot => (string)slot["appointment_time"]! == "01:30").Select(slot => (string?)slot["utc_offset"]));

        var wrong = practice.At("01:30", october).With("utc_offset", "+09:00");
        await (await practice.Owner.PostAsync(Book, wrong)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "utc_offset");
        await (await practice.Owner.PostAsync(Book, wrong.With("utc_offset", "GMT"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "utc_offset");
        var earlier = await BookedAsync(practice.Owner, practice.At("01:30", october));
        var later = await BookedAsync(practice.Owner, practice.At("01:30", october).With("utc_offset", second));
        Assert.Equal(($"{autumn}T{firstUtc}:00.000Z", zone), ((string?)earlier["starts_at"], (string?)earlier["time_zone"]));
        Assert.Equal(($"{autumn}T{secondUtc}:00.000Z", "01:30"), ((string?)later["starts_at"], (string?)later["appointment_time"]));
        await (await practice.Owner.PostAsync(Book, practice.At("01:30", october).With("utc_offset", first))).ProblemAsync(HttpStatusCode.Conflict, "appointment.slot_taken");
    }
}
