using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

[Trait("Suite", "Journeys")]
public sealed class PatientJourneyTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_doctor_registers_a_patient_and_becomes_the_assigned_doctor(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var response = await portal.As(Person.Grace).PostAsync(Register, APatient());
        var record = await response.ObjectAsync(HttpStatusCode.Created);
        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal($"/api/patients/{record.Id()}", response.Headers.Location!.ToString());
        Assert.Equal(record.Id(), (string?)record["patient_id"]);
        Assert.Equal(portal.IdOf(Person.Grace).Value, (int)record["assigned_doctor_id"]!);
        Assert.Equal("high", (string?)record["risk_level"]);
        Assert.Equal((double)record["risk"]!["probability"]!, (double)record["stroke_risk"]!);
        Assert.Equal(1, (int)record["heart_disease"]!);
        Assert.Equal("Yes", (string?)record["ever_married"]);
        var read = await (await portal.As(Person.Grace).GetAsync($"{PatientsPath}/{record.Id()}")).ObjectAsync();
        Assert.True(JsonNode.DeepEquals(record, read), $"{record}\n{read}");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_change_needs_the_version_seen_and_each_version_has_one_row_in_the_log(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, ada) = (portal.As(Person.Grace), portal.As(Person.Ada));
        var path = $"{PatientsPath}/{(await grace.RegisterAsync()).Id()}";

        await (await grace.SendAsync(HttpMethod.Put, path, APatient())).ProblemAsync(HttpStatusCode.PreconditionRequired, "version.required");
        await (await grace.SendAsync(HttpMethod.Put, path, APatient(), ("If-Match", "\"7\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "version.changed");
        await (await grace.SendAsync(HttpMethod.Put, path, APatient().With("version", 7))).ProblemAsync(HttpStatusCode.Conflict, "version.changed");
        await (await grace.SendAsync(HttpMethod.Put, path, APatient(), ("If-Match", "7"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "If-Match");

        var updated = await grace.SendAsync(HttpMethod.Put, path, APatient().With("bmi", 30), ("If-Match", "\"1\""));
        Assert.Equal(30, (double)(await updated.ObjectAsync())["bmi"]!);
        Assert.Equal("\"2\"", updated.Headers.ETag!.Tag);

        await (await grace.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"2\""))).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        var archived = await (await ada.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"2\""))).ObjectAsync();
        Assert.NotNull(archived["archived_at"]);
        await (await grace.GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await ada.SendAsync(HttpMethod.Put, path, APatient().With("version", 3))).ProblemAsync(HttpStatusCode.Conflict, "patient.archived");
        var restored = await (await ada.SendAsync(HttpMethod.Post, $"{path}/restore", new JsonObject { ["version"] = 3 })).ObjectAsync();
        Assert.Equal(4, (int)restored["version"]!);

        await portal.SettleAsync();
        var log = await ada.ItemsAsync($"{path}/access-log");
        Assert.Equal(["patient_restored 4", "patient_archived 3", "patient_updated 2", "patient_created 1"],
            log.Where(row => row["version"] is not null).Select(row => $"{row["event_type"]} {row["version"]}"));
        var verification = await (await ada.GetAsync("/api/security/verify")).ObjectAsync();
        Assert.True((bool)verification["ok"]!, verification.ToString());
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_MRN_is_given_once_and_its_owner_keeps_it(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var grace = portal.As(Person.Grace);
        var mrn = $"M-{Guid.CreateVersion7():N}";
        var record = await grace.RegisterAsync(APatient(mrn));
        await (await grace.PostAsync(Register, APatient(mrn))).ProblemAsync(HttpStatusCode.Conflict, "patient.mrn_taken", "mrn");
        var kept = await grace.SendAsync(HttpMethod.Put, $"{PatientsPath}/{record.Id()}", APatient(mrn), ("If-Match", "\"1\""));
        Assert.Equal(mrn, (string?)(await kept.ObjectAsync())["mrn"]);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Spelling_is_read_in_any_case_and_written_in_one(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var body = APatient().With("gender", "fEMALE").With("work_type", "govt_JOV").With("smoking_status", "SMOKES").With("hypertension", true).With("ever_married", false);
        body.Remove("residence_type");
        var record = await portal.As(Person.Grace).RegisterAsync(body.With("Residence_type", "rural"));
        Assert.Equal(["Female", "Govt_job", "smokes", "1", "No", "Rural"],
            new[] { "gender", "work_type", "smoking_status", "hypertension", "ever_married", "residence_type" }.Select(name => record[name]!.ToString()));
        Assert.False(record.ContainsKey("Residence_type"));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Risk_shows_published_scores_first_and_the_demonstration_with_its_notice(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var body = APatient().With("sbp", 140).With("bp_treated", 0).With("diabetes", 0).With("atrial_fibrillation", 0).With("lvh", 0).With("prior_cvd", 1);
        var record = await portal.As(Person.Grace).RegisterAsync(body);
        var risk = await (await portal.As(Person.Grace).GetAsync($"{PatientsPath}/{record.Id()}/risk")).ObjectAsync();
        Assert.Equal(["published", "demonstration"], risk.Select(member => member.Key));
        Assert.Equal(["fsrp_1994", "fsrp_2017"], ((JsonArray)risk["published"]!).Select(score => (string)score!["id"]!));
        Assert.All((JsonArray)risk["published"]!, score => Assert.True((bool)score!["applicable"]!));
        Assert.StartsWith("Demonstration", (string)risk["demonstration"]!["notice"]!);
    }
}
