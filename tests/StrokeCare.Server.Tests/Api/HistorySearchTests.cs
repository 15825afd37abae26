using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class HistorySearchTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Entries_are_found_by_their_words_marked_if_in_error_and_the_log_tells_which_but_not_by_what(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var grace = portal.As(Person.Grace);
        var (record, other) = ((await grace.RegisterAsync()).Id(), (await grace.RegisterAsync()).Id());
        var path = $"{PatientsPath}/{record}/history";
        var older = await WriteAsync(grace, path, "Ischaemic stroke", "Alteplase", "2025-11-01");
        var newer = await WriteAsync(grace, path, "Stroke follow-up", "Aspirin", "2025-12-01");
        await WriteAsync(grace, path, "Migraine", null, "2025-12-02");
        await WriteAsync(grace, $"{PatientsPath}/{other}/history", "Stroke", null, "2025-12-03");
        await (await grace.PostAsync($"{path}/{older.Id()}/amend", new JsonObject { ["reason"] = "Another patient's", ["entered_in_error"] = true, ["version"] = 1 })).ObjectAsync();

        var found = await FindAsync(grace, path, "STROKE");
        Assert.Equal([(newer.Id(), false), (older.Id(), true)], found.Select(e => ((string)e["id"]!, (bool)e["entered_in_error"]!)));
        Assert.Equal([newer.Id()], (await FindAsync(grace, path, "aspirin strok", 1)).Select(e => (string)e["id"]!));
        Assert.Equal([older.Id()], (await FindAsync(grace, path, "alteplase isch")).Select(e => (string)e["id"]!));
        Assert.Empty(await FindAsync(grace, path, "aspirin migraine"));
        await (await portal.As(Person.House).PostAsync($"{path}/search", new JsonObject { ["q"] = "stroke" })).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");

        var views = await portal.Get<ISecurityLog>().FindAsync(new() { AboutPatient = StrokeCare.Patients.PatientId.TryParse(record, out var id) ? id : default, EventType = "history_viewed" }, CancellationToken.None);
        Assert.Equal([0, 1, 1, 2], views.Select(row => (int)JsonNode.Parse(row.AdditionalData!)!["count"]!));
        Assert.Equal([newer.Id(), older.Id()], JsonNode.Parse(views[^1].AdditionalData!)!["ids"]!.AsArray().Select(one => (string)one!));
        Assert.DoesNotContain(views, row => $"{row.EventDescription}{row.AdditionalData}".Contains("stroke", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("""{}""", "q")]
    [InlineData("""{"q":null}""", "q")]
    [InlineData("""{"q":"' -"}""", "q")]
    [InlineData("""{"q":"a b c d e f g h i"}""", "q")]
    [InlineData("""{"q":{"$ne":""}}""", "q")]
    [InlineData("""{"q":"a","limit":0}""", "limit")]
    [InlineData("""{"q":"a","limit":101}""", "limit")]
    [InlineData("""{"q":"a","after":"x"}""", "after")]
    public async Task A_bad_search_is_400_and_names_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/history/search";
        await (await portal.As(Person.Grace).PostAsync(path, Json(body))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
    }

    [Fact]
    public async Task A_question_may_be_long_but_not_endless()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/history";
        Assert.Empty(await FindAsync(portal.As(Person.Grace), path, "a a a a a a a a a b c d e f g h"));
        Assert.Empty(await FindAsync(portal.As(Person.Grace), path, new string('a', 200)));
        await (await portal.As(Person.Grace).PostAsync($"{path}/search", new JsonObject { ["q"] = new string('a', 201) })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "q");
    }

    private static async Task<JsonObject> WriteAsync(HttpClient client, string path, string diagnosis, string? treatment, string day) =>
        await (await client.PostAsync(path, new JsonObject { ["diagnosis"] = diagnosis, ["treatment"] = treatment, ["record_date"] = day })).ObjectAsync(HttpStatusCode.Created);

    private static async Task<IReadOnlyList<JsonNode>> FindAsync(HttpClient client, string path, string q, int limit = 20) =>
        [.. (await (await client.PostAsync($"{path}/search", new JsonObject { ["q"] = q, ["limit"] = limit })).ObjectAsync())["items"]!.AsArray().OfType<JsonNode>()];
}
