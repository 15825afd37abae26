using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class SearchTests(Portals portals)
{
    private const string Search = $"{PatientsPath}/search";
    private const string Duplicates = $"{PatientsPath}/duplicates";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_doctor_never_finds_another_doctors_patient(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var name = Word();
        var body = APatient($"M-{name}").With("first_name", "Zoë").With("last_name", name).With("age", null).With("date_of_birth", "1950-03-12").With("phone", "+44 20 7946 0958");
        var id = (await portal.As(Person.Grace).RegisterAsync(body)).Id();

        foreach (var q in new[] { name, $"zoe {name}", name[..^2], name[1..], $"M-{name}", $"{name} 12/03/1950" })
        {
            Assert.Equal(id, await OnlyAsync(portal, Person.Grace, q));
            Assert.Equal(id, await OnlyAsync(portal, Person.Ada, q));
            var hidden = await (await portal.As(Person.House).PostAsync(Search, new JsonObject { ["q"] = q })).Content.ReadAsStringAsync();
            Assert.Equal("""{"items":[]}""", hidden);
        }

        var draft = new JsonObject { ["first_name"] = "Zoe", ["last_name"] = name, ["date_of_birth"] = "1950-03-12", ["mrn"] = $"M-{name}", ["phone"] = "02079460958" };
        Assert.Equal("""{"items":[],"elsewhere":1}""", await (await portal.As(Person.House).PostAsync(Duplicates, draft)).Content.ReadAsStringAsync());
        var own = await (await portal.As(Person.Grace).PostAsync(Duplicates, (JsonObject)draft.DeepClone())).ObjectAsync();
        Assert.Equal(id, (string?)own["items"]![0]!["patient"]!["id"]);
        Assert.Equal("""["same_mrn","same_name","same_date_of_birth","same_phone"]""", own["items"]![0]!["reasons"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.As(Person.Paul).PostAsync(Search, new JsonObject { ["q"] = name })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.As(Person.Paul).PostAsync(Duplicates, (JsonObject)draft.DeepClone())).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_archived_record_is_found_when_an_admin_asks_for_archived_ones(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var name = Word();
        var id = (await portal.As(Person.Grace).RegisterAsync(APatient().With("first_name", "Zoe").With("last_name", name))).Id();
        (await portal.As(Person.Ada).SendAsync(HttpMethod.Delete, $"{PatientsPath}/{id}", null, ("If-Match", "\"1\""))).EnsureSuccessStatusCode();

        Assert.Empty(await ItemsAsync(portal, Person.Grace, new() { ["q"] = name }));
        Assert.Empty(await ItemsAsync(portal, Person.Ada, new() { ["q"] = name }));
        Assert.Single(await ItemsAsync(portal, Person.Ada, new() { ["q"] = name, ["archived"] = true }));
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.As(Person.Grace).PostAsync(Search, new JsonObject { ["q"] = name, ["archived"] = true })).StatusCode);
        // The doctor it was assigned to may not read it any more, so it is one of others.
        var draft = new JsonObject { ["first_name"] = "Zoe", ["last_name"] = name };
        Assert.Equal("""{"items":[],"elsewhere":1}""", await (await portal.As(Person.Grace).PostAsync(Duplicates, draft)).Content.ReadAsStringAsync());
        var shown = await (await portal.As(Person.Ada).PostAsync(Duplicates, (JsonObject)draft.DeepClone())).ObjectAsync();
        Assert.True((bool)shown["items"]![0]!["archived"]!);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Words_of_the_history_find_patients_and_only_the_doctors_own(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, house) = (portal.As(Person.Grace), portal.As(Person.House));
        var (name, noted) = (Word(), Word());
        var ids = new List<string>();
        // Three of one doctor and, between and after them, three of another: whose they are is asked before the limit counts.
        for (var i = 0; i < 6; i++)
        {
            var doctor = i % 2 == 0 ? grace : house;
            var id = (await doctor.RegisterAsync(APatient().With("first_name", "Zoe").With("last_name", i < 2 ? name : Word()))).Id();
            (await doctor.PostAsync($"{PatientsPath}/{id}/history", new JsonObject { ["diagnosis"] = $"Aphasia {noted}", ["notes"] = "left arm weak", ["record_date"] = "2025-12-01" })).EnsureSuccessStatusCode();
            ids.Add(id);
        }

        foreach (var q in new[] { $"\"{noted}\"", $"\"weak {noted.ToUpperInvariant()}\" “left”" })
        {
            Assert.Equal([ids[4], ids[2], ids[0]], await FoundAsync(portal, Person.Grace, q));
            Assert.Equal([ids[4], ids[2]], await FoundAsync(portal, Person.Grace, q, 2));
            Assert.Equal(ids[1], (await FoundAsync(portal, Person.House, q))[^1]);
            Assert.Equal(6, (await FoundAsync(portal, Person.Ada, q)).Count);
        }

        Assert.Equal([ids[1], ids[0]], (await FoundAsync(portal, Person.Ada, $"zoe {name} \"{noted}\"")).OrderDescending());
        Assert.Equal([ids[0]], await FoundAsync(portal, Person.Grace, $"{name[..^1]} \"{noted}\""));
        Assert.Empty(await FoundAsync(portal, Person.Grace, $"\"{noted[..^1]}\""));
        Assert.Empty(await FoundAsync(portal, Person.Grace, $"{name} \"{noted} migraine\""));
        Assert.Empty(await FoundAsync(portal, Person.Grace, noted));
        (await portal.As(Person.Ada).SendAsync(HttpMethod.Delete, $"{PatientsPath}/{ids[4]}", null, ("If-Match", "\"1\""))).EnsureSuccessStatusCode();
        Assert.Equal([ids[2], ids[0]], await FoundAsync(portal, Person.Grace, $"\"{noted}\""));
        // Whoever wants few is shown few, also behind more archived ones than that.
        foreach (var newer in new[] { ids[5], ids[3] }) (await portal.As(Person.Ada).SendAsync(HttpMethod.Delete, $"{PatientsPath}/{newer}", null, ("If-Match", "\"1\""))).EnsureSuccessStatusCode();
        Assert.Equal([ids[2]], await FoundAsync(portal, Person.Ada, $"\"{noted}\"", 1));
        Assert.Equal([ids[2], ids[1], ids[0]], await FoundAsync(portal, Person.Ada, $"\"{noted}\""));
        await (await grace.PostAsync(Search, new JsonObject { ["q"] = "\"a b c d e f g h i\"" })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "q");
    }

    [Theory]
    [InlineData("""{"q":"x","limit":0}""", "limit")]
    [InlineData("""{"q":"x","limit":101}""", "limit")]
    [InlineData("""{"q":""}""", "q")]
    [InlineData("""{"q":{"$ne":null}}""", "q")]
    [InlineData("""{"limit":1}""", "q")]
    [InlineData("""{"q":"x","sort":"name"}""", "sort")]
    public async Task A_bad_search_is_400_and_names_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Ada).PostAsync(Search, Json(body))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
    }

    [Fact]
    public async Task A_query_too_long_or_of_nothing_to_search_for_is_refused_and_a_strange_one_answered()
    {
        // Of its own: in the one that all share, somebody may be a Smith, or have a name that begins with x.
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        await portal.As(Person.Ada).RegisterAsync(APatient().With("first_name", "Berta").With("last_name", "Quist"));
        foreach (var q in new[] { new string('x', 201), "' % _ *", "😀" })
            await (await portal.As(Person.Ada).PostAsync(Search, new JsonObject { ["q"] = q })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "q");
        foreach (var q in new[] { new string('x', 200), "a b c d e f g h i j k", "^.*$ x", "x'; DROP TABLE patients; --", "99/99/9999", "漢字", "~mith", "#79460958" })
            Assert.Empty(await ItemsAsync(portal, Person.Ada, new() { ["q"] = q }));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_doctors_are_everybodys_to_see_and_their_lists_their_own(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var first = (await portal.As(Person.House).RegisterAsync()).Id();
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await (await portal.As(Person.Paul).GetAsync($"/api/doctors?limit=1{(after is null ? "" : $"&after={after}")}")).ObjectAsync();
            names.AddRange(page["items"]!.AsArray().Select(d => (string)d!["first_name"]!));
            after = (string?)page["next"];
        }
        while (after is not null);
        Assert.Superset(new HashSet<string> { "Grace", "House" }, names.ToHashSet());
        Assert.DoesNotContain("Ada", names);

        var list = $"/api/doctors/{portal.IdOf(Person.House)}/patients";
        Assert.Equal(first, (string?)(await portal.As(Person.House).ItemsAsync($"{list}?limit=1"))[0]["id"]);
        var page1 = await (await portal.As(Person.Ada).GetAsync($"{list}?limit=1&risk_level=high")).ObjectAsync();
        Assert.NotNull(page1["items"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.As(Person.Grace).GetAsync(list)).StatusCode);
        await (await portal.As(Person.Ada).GetAsync($"{list}?assigned_doctor_id=1")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "assigned_doctor_id");
    }

    private static string Word() => string.Concat(Change.NewId().Select(c => (char)('a' + (c % 26))))[..14];

    private static async Task<string?> OnlyAsync(RunningPortal portal, Person who, string q) => (string?)Assert.Single(await ItemsAsync(portal, who, new() { ["q"] = q }))["id"];

    private static async Task<List<string>> FoundAsync(RunningPortal portal, Person who, string q, int limit = 20) =>
        [.. (await ItemsAsync(portal, who, new() { ["q"] = q, ["limit"] = limit })).Select(found => (string)found["id"]!)];

    private static async Task<IReadOnlyList<JsonNode>> ItemsAsync(RunningPortal portal, Person who, JsonObject body) =>
        [.. ((JsonArray)(await (await portal.As(who).PostAsync(Search, body)).ObjectAsync())["items"]!).OfType<JsonNode>()];
}
