using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class ExportTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_export_is_the_whole_record_however_long_its_history(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var grace = portal.As(Person.Grace);
        var path = $"{PatientsPath}/{(await grace.RegisterAsync(APatient().With("last_name", "Ångström"))).Id()}";
        for (var i = 0; i < 205; i++)
        {
            var entry = new JsonObject { ["diagnosis"] = string.Create(CultureInfo.InvariantCulture, $"Entry {i}"), ["record_date"] = $"2025-11-{1 + (i * 7 % 28):00}" };
            await (await grace.PostAsync($"{path}/history", entry)).ObjectAsync(HttpStatusCode.Created);
        }

        var taken = await (await grace.PostAsync($"{path}/history", new JsonObject { ["diagnosis"] = "Another patient's" })).ObjectAsync(HttpStatusCode.Created);
        await (await grace.PostAsync($"{path}/history/{taken.Id()}/amend", new JsonObject { ["reason"] = "A slip", ["entered_in_error"] = true, ["version"] = 1 })).ObjectAsync();
        await portal.SettleAsync();

        var response = await grace.GetAsync($"{path}/export");
        var export = await response.ObjectAsync();

        Assert.Equal($"attachment; filename=\"patient-{taken["patient_id"]}.json\"", response.Content.Headers.ContentDisposition!.ToString());
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(["patient", "risk", "history", "appointments", "access_log"], export.Select(member => member.Key));
        Assert.True(JsonNode.DeepEquals(await (await grace.GetAsync(path)).ObjectAsync(), export["patient"]));
        Assert.Equal((await (await grace.GetAsync($"{path}/risk")).ObjectAsync()).Select(m => m.Key), export["risk"]!.AsObject().Select(m => m.Key));
        Assert.Equal((await EntriesAsync(grace, path)).Select(e => e.ToJsonString()), export["history"]!.AsArray().Select(e => e!.ToJsonString()));
        Assert.Single(export["history"]!.AsArray(), e => (bool)e!["entered_in_error"]! && e["amendments"]!.AsArray().Count == 1);
        var rows = export["access_log"]!.AsArray();
        Assert.Equal(100, rows.Count);
        Assert.Equal(["data_exported", "history_amended", "history_added"], rows.Take(3).Select(row => (string?)row!["event_type"]));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_export_holds_the_appointments_of_this_patient_the_last_first(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var first = await Practice.BookedAsync(practice.Doctor, practice.At("09:00", practice.Patient));
        var second = await Practice.BookedAsync(practice.Doctor, practice.At("10:00", practice.Patient));
        await Practice.BookedAsync(practice.Doctor, practice.At("11:00", await practice.NewPatientAsync()));

        var export = await (await practice.Owner.GetAsync($"{PatientsPath}/{practice.Patient}/export")).ObjectAsync();

        Assert.Equal([second.Id(), first.Id()], export["appointments"]!.AsArray().Select(one => one!.AsObject().Id()));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_access_log_tells_who_wrote_and_read_the_history_of_this_patient_and_no_other(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, ada) = (portal.As(Person.Grace), portal.As(Person.Ada));
        var (path, other) = ($"{PatientsPath}/{(await grace.RegisterAsync()).Id()}", $"{PatientsPath}/{(await grace.RegisterAsync()).Id()}");
        var entry = await (await ada.PostAsync($"{path}/history", new JsonObject { ["diagnosis"] = "Stroke" })).ObjectAsync(HttpStatusCode.Created);
        await (await grace.PostAsync($"{other}/history", new JsonObject { ["diagnosis"] = "TIA" })).ObjectAsync(HttpStatusCode.Created);
        await (await grace.PostAsync($"{path}/history/{entry.Id()}/amend", new JsonObject { ["reason"] = "A slip", ["diagnosis"] = "TIA", ["version"] = 1 })).ObjectAsync();
        await portal.SettleAsync();
        await grace.ItemsAsync($"{path}/history");

        var rows = await grace.ItemsAsync($"{path}/access-log");

        Assert.Equal(
            [("access_log_viewed", "grace"), ("history_viewed", "grace"), ("history_amended", "grace"), ("history_added", "ada"), ("patient_created", "grace")],
            rows.Select(row => ((string?)row["event_type"], (string?)row["username"])));
        Assert.Equal(("medical_history", entry.Id(), 2L), ((string?)rows[2]["entity_type"], (string?)rows[2]["entity_id"], (long)rows[2]["version"]!));
        // The second look is a row of its own, before the three that follow it.
        var first = await (await grace.GetAsync($"{path}/access-log?limit=4")).ObjectAsync();
        Assert.Equal(["history_added", "patient_created"], (await grace.ItemsAsync($"{path}/access-log?after={first["next"]}")).Select(row => (string?)row["event_type"]));
    }

    [Fact]
    public async Task Who_may_not_read_a_record_does_not_export_it()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/export";

        foreach (var who in new[] { Person.House, Person.Paul })
        {
            using var refused = await portal.As(who).GetAsync(path);
            await refused.ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
            Assert.Null(refused.Content.Headers.ContentDisposition);
        }

        await (await portal.As(Person.Ada).GetAsync($"{PatientsPath}/0123456789abcdef01234567/export")).ProblemAsync(HttpStatusCode.NotFound, "patient.not_found");
        Assert.Empty(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "data_exported", EntityId = path.Split('/')[3] }, CancellationToken.None));
    }

    private static async Task<List<JsonNode>> EntriesAsync(HttpClient client, string path)
    {
        var entries = new List<JsonNode>();
        string? after = null;
        do
        {
            var page = await (await client.GetAsync($"{path}/history?limit=90{(after is null ? "" : $"&after={after}")}")).ObjectAsync();
            entries.AddRange(page["items"]!.AsArray().OfType<JsonNode>());
            after = (string?)page["next"];
        }
        while (after is not null);
        return entries;
    }
}
