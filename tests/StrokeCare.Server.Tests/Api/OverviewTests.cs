using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class OverviewTests(Portals portals)
{
    private const string Path = "/api/analytics/overview";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Counts_a_doctors_appointments_by_day_and_status_as_they_are_after_each_change(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var empty = await (await practice.Doctor.GetAsync(Path)).ObjectAsync();
        Assert.Equal(29, empty["appointments"]!.AsArray().Count);
        Assert.Null(empty["no_show_rate"]);
        Assert.Null(empty["sign_in_failures"]);

        var booked = new List<JsonObject>();
        foreach (var time in new[] { "09:00", "09:30", "10:00", "10:30" }) booked.Add(await BookedAsync(practice.Doctor, practice.At(time, await practice.NewPatientAsync())));
        Assert.Equal((4, 0, 0, 0), await OnAsync(practice));
        await (await PutAsync(practice.Doctor, booked[0], "cancel", new JsonObject { ["reason"] = "Away", ["version"] = 1 })).ObjectAsync();
        await (await PutAsync(practice.Doctor, booked[1], "status", new JsonObject { ["status"] = "completed", ["version"] = 1 })).ObjectAsync();
        await (await PutAsync(practice.Doctor, booked[2], "status", new JsonObject { ["status"] = "no_show", ["version"] = 1 })).ObjectAsync();
        Assert.Equal((1, 1, 1, 1), await OnAsync(practice));
        Assert.Equal(0.5, (double)(await (await practice.Doctor.GetAsync(Path)).ObjectAsync())["no_show_rate"]!);

        // Nobody else's.
        var other = portal.With(await portal.TokenAsync(await HireAsync(portal, Role.Doctor)));
        Assert.Null((await (await other.GetAsync(Path)).ObjectAsync())["no_show_rate"]);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Tells_admins_of_sign_ins_that_failed_today_and_patients_nothing(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var before = await FailuresAsync(portal);
        for (var i = 0; i < 2; i++) await (await portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = "nobody", ["password"] = "a door of seven hinges" })).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        Assert.Equal(before + 2, await FailuresAsync(portal));
        await (await portal.As(Person.Paul).GetAsync(Path)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    private static async Task<(int Scheduled, int Completed, int Cancelled, int NoShow)> OnAsync(Practice practice)
    {
        var overview = await (await practice.Doctor.GetAsync(Path)).ObjectAsync();
        var day = overview["appointments"]!.AsArray().Single(one => (string)one!["date"]! == practice.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))!;
        return ((int)day["scheduled"]!, (int)day["completed"]!, (int)day["cancelled"]!, (int)day["no_show"]!);
    }

    private static async Task<long> FailuresAsync(RunningPortal portal) =>
        (await (await portal.As(Person.Ada).GetAsync(Path)).ObjectAsync())["sign_in_failures"]!.AsArray().Sum(day => (long)day!["count"]!);
}
