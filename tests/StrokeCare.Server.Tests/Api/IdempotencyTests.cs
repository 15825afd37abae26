using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class IdempotencyTests(Portals portals)
{
    private const string Key = "Idempotency-Key";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_hundred_parallel_posts_under_one_key_have_one_effect(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (key, mrn) = (NewKey(), NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var response = await portal.As(Person.Grace).PostAsync(Register, APatient(mrn), (Key, key));
            return (Record: await response.ObjectAsync(HttpStatusCode.Created), Replayed: response.Headers.Contains("Idempotency-Replayed"));
        }));
        var id = Assert.Single(answers.Select(a => a.Record.Id()).Distinct());
        Assert.Single(answers, a => !a.Replayed);
        Assert.All(answers, a => Assert.True(JsonNode.DeepEquals(answers[0].Record, a.Record)));
        await portal.SettleAsync();
        var log = await portal.As(Person.Ada).ItemsAsync("/api/security/logs?event_type=patient_created&limit=100");
        Assert.Single(log, row => (string?)row["entity_id"] == id);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_key_stands_for_one_request_of_one_person(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (grace, house) = (portal.As(Person.Grace), portal.As(Person.House));
        var key = NewKey();
        var first = await (await grace.PostAsync(Register, APatient(), (Key, key))).ObjectAsync(HttpStatusCode.Created);

        var reordered = new JsonObject(APatient().Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).With("gender", "MALE").With("age", JsonNode.Parse("67.0"));
        var again = await grace.PostAsync(Register, reordered, (Key, key));
        Assert.Equal(first.Id(), (await again.ObjectAsync(HttpStatusCode.Created)).Id());
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());

        await (await grace.PostAsync(Register, APatient().With("age", 68), (Key, key))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
        var another = await (await house.PostAsync(Register, APatient(), (Key, key))).ObjectAsync(HttpStatusCode.Created);
        Assert.NotEqual(first.Id(), another.Id());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_key_of_no_or_too_many_characters_is_400(int length)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var response = await portal.As(Person.Grace).PostAsync(Register, APatient(), (Key, new string('k', length)));
        await response.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", Key);
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var key = NewKey();
        await (await portal.As(Person.Grace).PostAsync(Register, APatient().With("age", 200), (Key, key))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "age");
        await (await portal.As(Person.Grace).PostAsync(Register, APatient(), (Key, key))).ObjectAsync(HttpStatusCode.Created);

        var (mrn, next) = (NewKey(), NewKey());
        await (await portal.As(Person.Grace).PostAsync(Register, APatient().With("mrn", mrn), (Key, NewKey()))).ObjectAsync(HttpStatusCode.Created);
        await (await portal.As(Person.Grace).PostAsync(Register, APatient().With("mrn", mrn), (Key, next))).ProblemAsync(HttpStatusCode.Conflict, "patient.mrn_taken", "mrn");
        await (await portal.As(Person.Grace).PostAsync(Register, APatient().With("mrn", NewKey()), (Key, next))).ObjectAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repeat_by_whom_the_record_was_taken_from_is_refused_like_any_other_read()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var key = NewKey();
        var created = await (await portal.As(Person.Grace).PostAsync(Register, APatient(), (Key, key))).ObjectAsync(HttpStatusCode.Created);
        var house = (int)(await (await portal.As(Person.House).GetAsync("/api/auth/me")).ObjectAsync())["id"]!;
        var reassigned = APatient().With("assigned_doctor_id", house).With("version", 1);
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{PatientsPath}/{created.Id()}", reassigned)).ObjectAsync();

        await (await portal.As(Person.Grace).PostAsync(Register, APatient(), (Key, key))).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    private static string NewKey() => Guid.CreateVersion7().ToString("N");
}
