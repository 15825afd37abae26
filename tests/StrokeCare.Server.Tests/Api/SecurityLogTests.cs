using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class SecurityLogTests(Portals portals)
{
    private const string Logs = "/api/security/logs";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Failed_logins_are_those_and_no_other_rows(Pair pair)
    {
        await using var portal = await RunningPortal.StartAsync(pair);
        var ada = portal.As(Person.Ada);
        foreach (var (name, password) in new[] { ("grace", "wrong"), ("nobody", "wrong"), ("grace", Person.Grace.Password), ("house", "wrong") })
            await portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = name, ["password"] = password });

        var rows = await ada.ItemsAsync($"{Logs}/failed-logins");
        Assert.Equal(["house", null, "grace"], rows.Select(row => (string?)row["username"]));
        Assert.All(rows, row => Assert.Equal(("login", "failure"), ((string?)row["event_type"], (string?)row["status"])));
        Assert.Equal(["grace"], (await ada.ItemsAsync($"{Logs}/failed-logins?user_id={portal.IdOf(Person.Grace)}")).Select(row => (string?)row["username"]));
        var page = await (await ada.GetAsync($"{Logs}/failed-logins?page=2&per_page=2")).ObjectAsync();
        Assert.Equal((2, 2, 1), ((int)page["page"]!, (int)page["per_page"]!, page["items"]!.AsArray().Count));
        var first = await (await ada.GetAsync($"{Logs}/failed-logins?limit=1")).ObjectAsync();
        Assert.Equal([null, "grace"], (await ada.ItemsAsync($"{Logs}/failed-logins?after={first["next"]}")).Select(row => (string?)row["username"]));
        await (await ada.GetAsync($"{Logs}/failed-logins?status=success")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "status");
        await (await portal.As(Person.Grace).GetAsync($"{Logs}/failed-logins")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        Assert.Equal(5, (await ada.ItemsAsync($"{Logs}?event_type=security_log_viewed")).Count);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_numbers_are_those_of_the_rows(Pair pair)
    {
        await using var portal = await RunningPortal.StartAsync(pair);
        var ada = portal.As(Person.Ada);
        await portal.As(Person.Grace).RegisterAsync();
        await portal.SettleAsync();
        var log = portal.Get<ISecurityLog>();
        var today = DateOnly.FromDateTime(portal.Get<TimeProvider>().GetUtcNow().UtcDateTime);
        var rows = await log.ReadAfterAsync(0, 1000, CancellationToken.None);

        var stats = await (await ada.GetAsync($"{Logs}/stats")).ObjectAsync();

        Assert.Equal(rows.Count, (int)stats["total"]!);
        Assert.Equal(rows.GroupBy(r => r.EventType).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, (long)g.Count())), Tallies(stats, "event_types"));
        Assert.Equal(["info", "medium", "high", "critical"], Tallies(stats, "severities").Select(one => one.Value));
        Assert.Equal(["success", "failure", "error"], Tallies(stats, "statuses").Select(one => one.Value));
        Assert.All(new[] { "event_types", "severities", "statuses", "days" }, by => Assert.Equal(rows.Count, Tallies(stats, by).Sum(one => one.Count)));
        Assert.Equal(Enumerable.Range(-6, 7).Select(day => today.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Tallies(stats, "days").Select(one => one.Value));
        Assert.Equal("security_log_viewed", (await log.FindAsync(new() { Limit = 1 }, CancellationToken.None))[0].EventType);

        var past = await (await ada.GetAsync($"{Logs}/stats?from=2020-01-01T12:00:00Z&to=2020-01-03T00:00:00Z")).ObjectAsync();
        Assert.Equal([("2020-01-01", 0L), ("2020-01-02", 0)], Tallies(past, "days"));
    }

    [Theory]
    [InlineData("from=none", "from")]
    [InlineData("to=none", "to")]
    [InlineData("from=2020-01-02&to=2020-01-01", "from")]
    [InlineData("from=2020-01-01&to=2022-01-01", "from")]
    [InlineData("severity=high", "severity")]
    public async Task A_bad_stretch_of_time_is_400(string query, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Ada).GetAsync($"{Logs}/stats?{query}")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
    }

    [Theory]
    [InlineData("to=0001-01-01", 0)]
    [InlineData("from=9999-12-31&to=9999-12-31T23:59:59Z", 1)]
    [InlineData("from=2020-02-28&to=2020-03-01", 2)]
    public async Task The_ends_of_time_are_times_too(string query, int days)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        Assert.Equal(days, Tallies(await (await portal.As(Person.Ada).GetAsync($"{Logs}/stats?{query}")).ObjectAsync(), "days").Count);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Everybody_sees_what_they_did_and_admins_what_anybody_did(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var id = await portal.CreateAsync($"u{Change.NewId()}", "a door of seven hinges", Role.Doctor);
        using var own = portal.With(await portal.TokenAsync(id));
        await own.RegisterAsync();
        await portal.SettleAsync();
        var path = $"{Logs}/user-activity/{id}";

        Assert.Equal(["patient_created", "login"], (await own.ItemsAsync(path)).Select(row => (string?)row["event_type"]));
        Assert.Equal(["security_log_viewed", "patient_created", "login"], (await portal.As(Person.Ada).ItemsAsync(path)).Select(row => (string?)row["event_type"]));
        var page = await (await own.GetAsync($"{path}?event_type=login&page=1&per_page=1")).ObjectAsync();
        Assert.Equal(("login", id.Value), ((string?)page["items"]![0]!["event_type"], (int)page["items"]![0]!["user_id"]!));
        await (await portal.As(Person.Grace).GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await own.GetAsync($"{Logs}/user-activity/{portal.IdOf(Person.Grace)}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await own.GetAsync($"{path}?user_id=1")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "user_id");
        Assert.Empty(await portal.As(Person.Ada).ItemsAsync($"{Logs}/user-activity/2147483647"));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_clinics_numbers_are_those_of_its_stores(Pair pair)
    {
        await using var portal = await RunningPortal.StartAsync(pair);
        var ada = portal.As(Person.Ada);
        var record = await portal.As(Person.Grace).RegisterAsync();
        await portal.As(Person.Grace).RegisterAsync();
        await (await ada.SendAsync(HttpMethod.Delete, $"{PatientsPath}/{record.Id()}", null, ("If-Match", "\"1\""))).ObjectAsync();
        await portal.SettleAsync();
        Assert.Null((await (await ada.GetAsync("/api/admin/stats")).ObjectAsync())["last_consistency_check"]?.ToJsonString());
        var check = await portal.Get<CheckConsistencyHandler>().HandleAsync(Actor.Operator, null, CancellationToken.None);
        Assert.True(check is { Succeeded: true, Value.Ok: true });
        Assert.True(await portal.Get<Checkpointer>().CoverAsync(CancellationToken.None));
        var head = (await portal.Get<ISecurityLog>().HeadAsync(CancellationToken.None)).Seq;

        var stats = await (await ada.GetAsync("/api/admin/stats")).ObjectAsync();

        Assert.Equal("""[{"role":"admin","active":1,"inactive":0},{"role":"doctor","active":2,"inactive":0},{"role":"patient","active":1,"inactive":0}]""", stats["accounts"]!.ToJsonString());
        Assert.Equal("""{"current":1,"archived":1}""", stats["patients"]!.ToJsonString());
        Assert.Equal((head, head), ((long)stats["log_rows"]!, (long)stats["last_checkpoint"]!["seq"]!));
        Assert.Equal((head, true), ((long)stats["last_consistency_check"]!["seq"]!, (bool)stats["last_consistency_check"]!["ok"]!));
        string[] stores = [pair.UsesPostgreSql() ? "postgresql" : "sqlite", .. pair.UsesMongo() ? ["mongodb"] : Array.Empty<string>()];
        if (pair == Pair.SqliteMongoUsers) stores = ["mongodb"];
        Assert.Equal(stores.Order(), stats["pending"]!.AsArray().Select(one => (string)one!["store"]!).Order());
        Assert.All(stats["pending"]!.AsArray(), one => Assert.Equal((0, null), ((int)one!["count"]!, (string?)one["oldest_since"])));
        await (await portal.As(Person.Grace).GetAsync("/api/admin/stats")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    private static List<(string Value, long Count)> Tallies(JsonObject stats, string by) =>
        [.. stats[by]!.AsArray().Select(one => ((string)one!["value"]!, (long)one["count"]!))];
}
