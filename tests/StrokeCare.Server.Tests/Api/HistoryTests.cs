using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class HistoryTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_entry_is_written_corrected_and_taken_back_and_nothing_it_said_is_lost(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var grace = portal.As(Person.Grace);
        var path = $"{PatientsPath}/{(await grace.RegisterAsync()).Id()}/history";

        var response = await grace.PostAsync(path, AnEntry().With("record_date", "2025-12-04T10:30:00+02:00"));
        var entry = await response.ObjectAsync(HttpStatusCode.Created);
        Assert.Equal(("\"1\"", path), (response.Headers.ETag!.Tag, response.Headers.Location!.ToString()));
        Assert.Equal(("2025-12-04T08:30:00.000Z", "Grace Example", false), ((string?)entry["record_date"], (string?)entry["recorded_by_name"], (bool)entry["entered_in_error"]!));
        Assert.Equal(portal.IdOf(Person.Grace).Value, (int)entry["recorded_by"]!);

        var amend = $"{path}/{entry.Id()}/amend";
        await (await grace.PostAsync(amend, ACorrection())).ProblemAsync(HttpStatusCode.PreconditionRequired, "version.required");
        await (await grace.PostAsync(amend, ACorrection(), ("If-Match", "\"7\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "version.changed");
        await (await grace.PostAsync(amend, ACorrection().With("version", 7))).ProblemAsync(HttpStatusCode.Conflict, "version.changed");
        var corrected = await grace.PostAsync(amend, ACorrection(), ("If-Match", "\"1\""));
        Assert.Equal("TIA", (string?)(await corrected.ObjectAsync())["diagnosis"]);
        Assert.Equal("\"2\"", corrected.Headers.ETag!.Tag);
        var last = await (await portal.As(Person.Ada).PostAsync(amend, InError(2))).ObjectAsync();
        await (await grace.PostAsync(amend, ACorrection().With("version", 3))).ProblemAsync(HttpStatusCode.Conflict, "history.entered_in_error");

        var listed = Assert.Single(await grace.ItemsAsync(path));
        Assert.True(JsonNode.DeepEquals(last, listed));
        Assert.Equal(("TIA", null, "2025-12-04T08:30:00.000Z", true), ((string?)listed["diagnosis"], (string?)listed["treatment"], (string?)listed["record_date"], (bool)listed["entered_in_error"]!));
        var amendments = listed["amendments"]!.AsArray();
        Assert.Equal(["Stroke", "TIA"], amendments.Select(a => (string?)a!["before"]!["diagnosis"]));
        Assert.Equal(["Grace Example", "Ada Example"], amendments.Select(a => (string?)a!["amended_by_name"]));
        Assert.Equal(["A slip of the pen", "Another patient's"], amendments.Select(a => (string?)a!["reason"]));

        await portal.SettleAsync();
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = EntityType.MedicalHistory, EntityId = entry.Id() }, CancellationToken.None);
        Assert.Equal([("history_amended", 3L), ("history_amended", 2L), ("history_added", 1L)], rows.Select(row => (row.EventType, row.EntityVersion!.Value)));
        Assert.DoesNotContain(rows, row => $"{row.EventDescription}{row.AdditionalData}".Contains("TIA", StringComparison.Ordinal));
        Assert.True((bool)(await (await portal.As(Person.Ada).GetAsync("/api/security/verify")).ObjectAsync())["ok"]!);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Pages_follow_each_other_among_entries_of_one_date_and_each_is_one_row_in_the_log(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, house) = (portal.As(Person.Grace), portal.As(Person.House));
        var (record, other) = ((await grace.RegisterAsync()).Id(), (await grace.RegisterAsync()).Id());
        var path = $"{PatientsPath}/{record}/history";
        var written = new List<string>();
        foreach (var day in new[] { "2025-12-02", "2025-12-03", "2025-12-02", "2025-12-02", "2025-12-01" })
            written.Add((await (await grace.PostAsync(path, AnEntry().With("record_date", day))).ObjectAsync(HttpStatusCode.Created)).Id());

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await (await grace.GetAsync($"{path}?limit=2{(after is null ? "" : $"&after={after}")}")).ObjectAsync();
            seen.AddRange(page["items"]!.AsArray().Select(e => (string)e!["id"]!));
            after = (string?)page["next"];
            if (after is null) break;
            await (await grace.GetAsync($"{PatientsPath}/{other}/history?after={after}")).ProblemAsync(HttpStatusCode.BadRequest, "cursor.invalid", "after");
            await (await portal.As(Person.Ada).GetAsync($"{path}?after={after}")).ProblemAsync(HttpStatusCode.BadRequest, "cursor.invalid", "after");
        }
        while (true);

        Assert.Equal([written[1], written[3], written[2], written[0], written[4]], seen);
        await (await house.GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        var views = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = EntityType.Patient, EntityId = record, EventType = "history_viewed" }, CancellationToken.None);
        Assert.Equal([1, 2, 2], views.Select(row => (int)JsonNode.Parse(row.AdditionalData!)!["count"]!));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Twenty_parallel_posts_under_one_key_write_one_entry(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var grace = portal.As(Person.Grace);
        var (path, key) = ($"{PatientsPath}/{(await grace.RegisterAsync()).Id()}/history", Change.NewId());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await grace.PostAsync(path, AnEntry(), ("Idempotency-Key", key));
            return (Entry: await response.ObjectAsync(HttpStatusCode.Created), Replayed: response.Headers.Contains("Idempotency-Replayed"));
        }));
        Assert.Single(answers, a => !a.Replayed);
        Assert.All(answers, a => Assert.True(JsonNode.DeepEquals(answers[0].Entry, a.Entry)));
        Assert.Single(await grace.ItemsAsync(path));

        await (await grace.PostAsync(path, AnEntry().With("notes", "x"), ("Idempotency-Key", key))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
        // The very same for another patient is another request.
        var other = $"{PatientsPath}/{(await grace.RegisterAsync()).Id()}/history";
        var another = await (await grace.PostAsync(other, AnEntry(), ("Idempotency-Key", key))).ObjectAsync(HttpStatusCode.Created);
        Assert.NotEqual(answers[0].Entry.Id(), another.Id());
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_archived_records_history_is_read_by_admins_and_written_by_nobody(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, ada) = (portal.As(Person.Grace), portal.As(Person.Ada));
        var record = $"{PatientsPath}/{(await grace.RegisterAsync()).Id()}";
        var key = Change.NewId();
        var entry = await (await ada.PostAsync($"{record}/history", AnEntry(), ("Idempotency-Key", key))).ObjectAsync(HttpStatusCode.Created);
        await (await ada.SendAsync(HttpMethod.Delete, record, null, ("If-Match", "\"1\""))).ObjectAsync();

        Assert.Single(await ada.ItemsAsync($"{record}/history"));
        await (await grace.GetAsync($"{record}/history")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        var refused = Change.NewId();
        await (await ada.PostAsync($"{record}/history", AnEntry(), ("Idempotency-Key", refused))).ProblemAsync(HttpStatusCode.Conflict, "patient.archived");
        await (await ada.PostAsync($"{record}/history/{entry.Id()}/amend", ACorrection().With("version", 1))).ProblemAsync(HttpStatusCode.Conflict, "patient.archived");
        var again = await ada.PostAsync($"{record}/history", AnEntry(), ("Idempotency-Key", key));
        Assert.Equal(entry.Id(), (await again.ObjectAsync(HttpStatusCode.Created)).Id());

        await (await ada.PostAsync($"{record}/restore", new JsonObject { ["version"] = 2 })).ObjectAsync();
        await (await ada.PostAsync($"{record}/history", AnEntry(), ("Idempotency-Key", refused))).ObjectAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_patient_reads_their_own_history_and_writes_none()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        var record = await portal.As(Person.Grace).RegisterAsync();
        var path = $"{PatientsPath}/{record.Id()}/history";
        var entry = await (await portal.As(Person.Grace).PostAsync(path, AnEntry())).ObjectAsync(HttpStatusCode.Created);
        await (await portal.As(Person.Paul).GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        var link = new JsonObject { ["patient_id"] = record.Id(), ["version"] = 1 };
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"/api/admin/users/{portal.IdOf(Person.Paul)}/patient", link)).ObjectAsync();

        Assert.Single(await portal.As(Person.Paul).ItemsAsync(path));
        await (await portal.As(Person.Paul).PostAsync(path, AnEntry())).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await portal.As(Person.Paul).PostAsync($"{path}/{entry.Id()}/amend", InError(1))).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    [Theory]
    [InlineData("""{}""", "diagnosis")]
    [InlineData("""{"diagnosis":null}""", "diagnosis")]
    [InlineData("""{"diagnosis":" "}""", "diagnosis")]
    [InlineData("""{"diagnosis":"x","medications":[]}""", "medications")]
    [InlineData("""{"diagnosis":"x","notes":{"$ne":null}}""", "notes")]
    [InlineData("""{"diagnosis":"x","record_date":"yesterday"}""", "record_date")]
    [InlineData("""{"diagnosis":"x","record_date":1764844200}""", "record_date")]
    [InlineData("""{"diagnosis":"x","record_date":"2199-01-01"}""", "record_date")]
    [InlineData("""{"diagnosis":"x","record_date":"1899-12-31T23:59:59Z"}""", "record_date")]
    [InlineData("""{"diagnosis":"x","recorded_by":1}""", "recorded_by")]
    public async Task A_bad_entry_is_400_and_names_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/history";
        await (await portal.As(Person.Grace).PostAsync(path, Json(body))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
        Assert.Empty(await portal.As(Person.Grace).ItemsAsync(path));
    }

    [Theory]
    [InlineData("""{"diagnosis":"x"}""", "reason")]
    [InlineData("""{"reason":" ","diagnosis":"x"}""", "reason")]
    [InlineData("""{"reason":"x"}""", "diagnosis")]
    [InlineData("""{"reason":"x","entered_in_error":true,"diagnosis":"x"}""", "entered_in_error")]
    [InlineData("""{"reason":"x","entered_in_error":"yes"}""", "entered_in_error")]
    [InlineData("""{"reason":"x","entered_in_error":null}""", "entered_in_error")]
    public async Task A_bad_amendment_is_400_and_names_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/history";
        var entry = await (await portal.As(Person.Grace).PostAsync(path, AnEntry())).ObjectAsync(HttpStatusCode.Created);
        var response = await portal.As(Person.Grace).PostAsync($"{path}/{entry.Id()}/amend", (JsonObject)JsonNode.Parse(body)!, ("If-Match", "\"1\""));
        await response.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
        Assert.Equal(1, (int)Assert.Single(await portal.As(Person.Grace).ItemsAsync(path))["version"]!);
    }

    [Theory]
    [InlineData("xyz/history", "id", "input.invalid")]
    [InlineData("0123456789abcdef01234567/history?limit=101", "limit", "input.invalid")]
    [InlineData("0123456789abcdef01234567/history?before=1", "before", "input.invalid")]
    [InlineData("0123456789abcdef01234567/history?after=garbage", "after", "cursor.invalid")]
    public async Task A_bad_id_or_parameter_is_400_and_names_it(string path, string field, string code)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Ada).GetAsync($"{PatientsPath}/{path}")).ProblemAsync(HttpStatusCode.BadRequest, code, field);
    }

    [Theory]
    [InlineData("2025-12-04", "2025-12-04T00:00:00.000Z")]
    [InlineData("2025-12-04T10:30:00", "2025-12-04T10:30:00.000Z")]
    [InlineData("2025-12-04T10:30:00.5Z", "2025-12-04T10:30:00.500Z")]
    [InlineData("2025-12-04T10:30:00-05:00", "2025-12-04T15:30:00.000Z")]
    public async Task A_time_without_an_offset_is_UTC(string sent, string stored)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var path = $"{PatientsPath}/{(await portal.As(Person.Grace).RegisterAsync()).Id()}/history";
        var entry = await (await portal.As(Person.Grace).PostAsync(path, AnEntry().With("record_date", sent))).ObjectAsync(HttpStatusCode.Created);
        Assert.Equal(stored, (string?)entry["record_date"]);
    }

    private static JsonObject AnEntry() => new() { ["diagnosis"] = "Stroke", ["treatment"] = "Aspirin", ["notes"] = "Seen at home" };

    private static JsonObject ACorrection() => new() { ["reason"] = "A slip of the pen", ["diagnosis"] = "TIA" };

    private static JsonObject InError(long version) => new() { ["reason"] = "Another patient's", ["entered_in_error"] = true, ["version"] = version };
}
