using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class WorkingHoursTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_doctor_says_when_they_work_and_when_not_and_slots_follow(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var (hours, off) = ($"{practice.DoctorPath}/working-hours", $"{practice.DoctorPath}/days-off");

        var read = await practice.Owner.GetAsync(hours);
        Assert.Equal("\"1\"", read.Headers.ETag!.Tag);
        Assert.Equal("""{"from":"09:00","to":"12:00"}""", (await read.ObjectAsync())["sunday"]!.AsArray().Single()!.ToJsonString());
        await (await practice.Doctor.SendAsync(HttpMethod.Put, off, Off(practice.Day))).ProblemAsync(HttpStatusCode.PreconditionRequired, "version.required");
        await (await practice.Doctor.SendAsync(HttpMethod.Put, off, Off(practice.Day), ("If-Match", "\"0\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "version.changed");
        await (await practice.Doctor.SendAsync(HttpMethod.Put, off, Off(practice.Day), ("If-Match", "\"1\""))).ObjectAsync();
        Assert.Empty(await practice.FreeAsync(practice.Owner));
        Assert.Equal("A funeral", (string?)(await (await practice.Admin.GetAsync(off)).ObjectAsync())["days_off"]![0]!["note"]);
        Assert.Null((await (await practice.Owner.GetAsync(off)).ObjectAsync())["days_off"]![0]!["note"]);

        await (await practice.Admin.SendAsync(HttpMethod.Put, off, new JsonObject { ["days_off"] = new JsonArray(), ["version"] = 2 })).ObjectAsync();
        await practice.WorksAsync("13:00", "14:00");
        Assert.Equal(["13:00", "13:15", "13:30", "13:45"], Times((await (await practice.Owner.GetAsync($"{practice.DoctorPath}/slots?date={practice.Day:yyyy-MM-dd}&duration_minutes=15")).ObjectAsync())["items"]));
        await (await portal.As(Person.House).SendAsync(HttpMethod.Put, hours, new JsonObject { ["version"] = 4 })).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Owner.SendAsync(HttpMethod.Put, hours, new JsonObject { ["version"] = 4 })).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "working_hours_changed", UserId = practice.DoctorId.Value }, CancellationToken.None);
        Assert.Equal(3, rows.Count);
        Assert.DoesNotContain(rows, row => $"{row.EventDescription}{row.AdditionalData}".Contains("funeral", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"monday":[{"from":"9:00","to":"12:00"}],"version":1}""", "monday")]
    [InlineData("""{"monday":[{"from":"09:00"}],"version":1}""", "monday")]
    [InlineData("""{"monday":[null],"version":1}""", "monday")]
    [InlineData("""{"monday":null,"version":1}""", "monday")]
    [InlineData("""{"monday":{"from":"09:00","to":"12:00"},"version":1}""", "monday")]
    [InlineData("""{"monday":[{"from":"09:00","to":"12:00","note":"x"}],"version":1}""", "monday")]
    [InlineData("""{"tuesday":[{"from":"09:01","to":"12:00"}],"version":1}""", "tuesday")]
    [InlineData("""{"tuesday":[{"from":"12:00","to":"09:00"}],"version":1}""", "tuesday")]
    [InlineData("""{"sunday":[{"from":"09:00","to":"12:00"},{"from":"11:00","to":"13:00"}],"version":1}""", "sunday")]
    [InlineData("""{"someday":[],"version":1}""", "someday")]
    public async Task Bad_hours_are_400_and_name_the_day(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var answer = await portal.As(Person.Grace).PutAsync($"/api/doctors/{portal.IdOf(Person.Grace)}/working-hours", Json(body.Replace("\"version\":1", "\"version\":0", StringComparison.Ordinal)));
        await answer.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
    }

    [Theory]
    [InlineData("""{"version":0}""", "days_off")]
    [InlineData("""{"days_off":[{"date":"24.12.2030"}],"version":0}""", "days_off")]
    [InlineData("""{"days_off":[{"note":"x"}],"version":0}""", "days_off")]
    [InlineData("""{"days_off":[{"date":"2030-12-24"},{"date":"2030-12-24"}],"version":0}""", "date")]
    public async Task Bad_days_off_are_400_and_name_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Grace).PutAsync($"/api/doctors/{portal.IdOf(Person.Grace)}/days-off", Json(body))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
    }

    [Theory]
    [InlineData("slots", "date")]
    [InlineData("slots?date=2026-02-30", "date")]
    [InlineData("slots?date=0001-01-01", "date")]
    [InlineData("slots?date=9999-12-31", "date")]
    [InlineData("slots?date=2999-12-31&duration_minutes=4", "duration_minutes")]
    [InlineData("slots?date=2999-12-31&duration_minutes=17", "date,duration_minutes")]
    [InlineData("slots?date=2999-12-31&doctor=1", "doctor")]
    public async Task A_bad_parameter_of_slots_is_400_and_named(string path, string fields)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Paul).GetAsync($"/api/doctors/{portal.IdOf(Person.Grace)}/{path}")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", fields.Split(','));
    }

    [Fact]
    public async Task Who_is_no_active_doctor_has_no_hours()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        foreach (var path in new[] { $"{portal.IdOf(Person.Paul)}/working-hours", "2147483647/days-off", $"{portal.IdOf(Person.Ada)}/slots?date={TimeProvider.System.GetUtcNow():yyyy-MM-dd}" })
            await (await portal.As(Person.Paul).GetAsync($"/api/doctors/{path}")).ProblemAsync(HttpStatusCode.NotFound, "doctor.not_found");
    }

    private static JsonObject Off(DateOnly day) =>
        new() { ["days_off"] = new JsonArray(new JsonObject { ["date"] = $"{day:yyyy-MM-dd}", ["note"] = "A funeral" }) };
}
