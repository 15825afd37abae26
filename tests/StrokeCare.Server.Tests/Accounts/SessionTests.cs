using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Accounts;

/// <summary>Sessions from sign-in to sign-out. Whatever ends one is felt by the very next request, in every process.</summary>
public sealed class SessionTests(Portals portals)
{
    private const string Me = "/api/auth/me";
    private const string Refresh = "/api/auth/refresh";
    private const string Sessions = "/api/auth/sessions";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_refresh_token_is_good_once_and_a_used_one_of_any_age_ends_its_family(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var first = await SignInAsync(portal, Person.Grace);
        var second = await RefreshAsync(portal, first);
        var third = await RefreshAsync(portal, second);
        using var client = portal.With((string)third["access_token"]!);
        await (await client.GetAsync(Me)).ObjectAsync();

        await (await portal.Anonymous.PostAsync(Refresh, Body(first))).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");

        await (await portal.Anonymous.PostAsync(Refresh, Body(third))).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
        await (await client.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        var row = Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "token_reuse", UserId = portal.IdOf(Person.Grace).Value, Limit = 1 }, CancellationToken.None));
        Assert.Equal(("critical", "failure"), (row.Severity, row.Status));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Of_many_who_refresh_with_one_token_at_most_one_gets_new_tokens(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var session = await SignInAsync(portal, Person.House);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => portal.Anonymous.PostAsync(Refresh, Body(session))));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 0, 1);
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_refresh_token_is_refused_in_the_same_words(string token)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.Anonymous.PostAsync(Refresh, new JsonObject { ["refresh_token"] = token })).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
    }

    [Fact]
    public async Task An_access_token_does_not_refresh_and_a_refresh_token_opens_nothing()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var session = await SignInAsync(portal, Person.Grace);
        await (await portal.Anonymous.PostAsync(Refresh, new JsonObject { ["refresh_token"] = (string)session["access_token"]! })).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
        using var client = portal.With((string)session["refresh_token"]!);
        await (await client.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Signing_out_ends_the_session_in_every_process(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        await using var beside = await portal.BesideAsync();
        var token = await portal.TokenAsync(Person.Paul);
        using var here = portal.With(token);
        using var there = beside.With(token);
        await (await there.GetAsync(Me)).ObjectAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await here.PostAsync("/api/auth/logout", new JsonObject())).StatusCode);

        await (await there.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await here.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task One_sees_and_ends_ones_own_sessions_and_nobody_elses(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var user = await portal.CreateAsync($"s{Change.NewId()}", "seven sessions a week", Role.Doctor);
        using var here = portal.With(await portal.TokenAsync(user));
        var elsewhere = await portal.TokenAsync(user);
        using var there = portal.With(elsewhere);

        var listed = await here.ItemsAsync(Sessions);
        Assert.Equal([false, true], listed.Select(session => (bool)session["current"]!));
        Assert.DoesNotContain("hash", listed[0].ToJsonString(), StringComparison.OrdinalIgnoreCase);
        var foreign = (string)(await portal.As(Person.House).ItemsAsync(Sessions))[0]["id"]!;
        foreach (var id in new[] { foreign, "0123456789abcdef0123456789abcdef", "x" })
            await (await here.DeleteAsync($"{Sessions}/{id}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");

        Assert.Equal(HttpStatusCode.NoContent, (await here.DeleteAsync($"{Sessions}/{listed[0]["id"]}")).StatusCode);
        await (await there.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        Assert.Equal(HttpStatusCode.NoContent, (await here.DeleteAsync(Sessions)).StatusCode);
        await (await here.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await portal.As(Person.House).GetAsync(Me)).ObjectAsync();
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_without_use_and_after_twelve_whatever_its_use()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        var (used, idle) = (await SignInAsync(portal, Person.Grace), await SignInAsync(portal, Person.House));
        for (var minutes = 50; minutes < Session.Lifetime.TotalMinutes; minutes += 50)
        {
            clock.Advance(TimeSpan.FromMinutes(50));
            used = await RefreshAsync(portal, used);
        }

        await (await portal.Anonymous.PostAsync(Refresh, Body(idle))).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
        using var client = portal.With((string)used["access_token"]!);
        await (await client.GetAsync(Me)).ObjectAsync();
        clock.Advance(TimeSpan.FromMinutes(20));
        await (await portal.Anonymous.PostAsync(Refresh, Body(used))).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
        await (await client.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private static async Task<JsonObject> SignInAsync(RunningPortal portal, Person person) =>
        await (await portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = person.Username, ["password"] = person.Password })).ObjectAsync();

    private static async Task<JsonObject> RefreshAsync(RunningPortal portal, JsonObject session) =>
        await (await portal.Anonymous.PostAsync(Refresh, Body(session))).ObjectAsync();

    private static JsonObject Body(JsonObject session) => new JsonObject { ["refresh_token"] = (string)session["refresh_token"]! };
}
