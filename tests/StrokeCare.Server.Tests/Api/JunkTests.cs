using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

/// <summary>Whatever is sent, the answer is a 4xx that names the field, and nothing is stored.</summary>
public sealed class JunkTests(Portals portals)
{
    private static readonly string[] TextFields =
        ["gender", "ever_married", "work_type", "residence_type", "smoking_status", "mrn", "first_name", "last_name", "phone", "email", "date_of_birth", "next_review_on"];

    public static TheoryData<string, string> Bodies => new()
    {
        { """{"gender":"Male","age":60,"role":"admin"}""", "role" },
        { """{"gender":"Male","age":60,"__proto__":{}}""", "__proto__" },
        { """{"gender":"Male","age":60,"Gender":"Female"}""", "Gender" },
        { """{"gender":"Male","age":60,"age":61}""", "age" },
        { """{"gender":"Male","age":60,"residence_type":"Urban","Residence_type":"Rural"}""", "Residence_type" },
        { """{"age":60}""", "gender" },
        { """{"gender":null,"age":60}""", "gender" },
        { """{"gender":"Male"}""", "age" },
        { """{"gender":"Alien","age":60}""", "gender" },
        { """{"gender":1,"age":60}""", "gender" },
        { """{"gender":"Male","age":"60"}""", "age" },
        { """{"gender":"Male","age":-1}""", "age" },
        { """{"gender":"Male","age":1e400}""", "age" },
        { """{"gender":"Male","age":NaN}""", "age" },
        { """{"gender":"Male","age":60,"hypertension":2}""", "hypertension" },
        { """{"gender":"Male","age":60,"hypertension":"1"}""", "hypertension" },
        { """{"gender":"Male","age":60,"ever_married":1}""", "ever_married" },
        { """{"gender":"Male","age":60,"bmi":[1]}""", "bmi" },
        { """{"gender":"Male","age":60,"date_of_birth":"31.12.1960"}""", "date_of_birth" },
        { """{"gender":"Male","age":60,"date_of_birth":"0001-01-01"}""", "date_of_birth" },
        { """{"gender":"Male","age":60,"assigned_doctor_id":99999999999}""", "assigned_doctor_id" },
        { """{"gender":"Male","age":60,"assigned_doctor_id":1.5}""", "assigned_doctor_id" },
        { """{"gender":"Male","age":60,"mrn":"\ud800"}""", "mrn" },
        { """{"gender":"Male","age":60,"extra":{"a":"\udc00"}}""", "extra" },
        { """{"gender":"Male","age":60,"extra":{"\ud800":1}}""", "extra" },
        { """{"gender":"Male","age":60,"extra":{"a":{"$ne":null}}}""", "extra" },
        { """{"gender":"Male","age":60,"extra":{"$where":"sleep(5000)"}}""", "extra" },
        { """{"gender":"Male","age":60,"extra":{"a.b":1}}""", "extra" },
        { """{"gender":"Male","age":60,"extra":[1]}""", "extra" },
        { """{"gender":"Male","age":60,"extra":{"n":1e400}}""", "extra" },
        { """{"gender":"Male","age":60""", "age" },
        { """{"gender":"Male" "age":60}""", "gender" },
        { """{"gender":"Male","age":60} {}""", "age" },
        { "[]", "body" },
        { "null", "body" },
        { "\"text\"", "body" },
        { "<xml/>", "body" },
        { "{\"gender\":\"Male\",\"age\":60,\"mrn\":" + new string('[', 10_000) + new string(']', 10_000) + "}", "mrn" },
        { "{\"gender\":\"Male\",\"age\":60,\"first_name\":\"" + new string('x', 5_000) + "\"}", "first_name" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_body_is_400_and_names_the_field(string body, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var before = await StoredAsync(portal);
        var response = await portal.As(Person.Ada).PostAsync(Register, Json(body));
        await response.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
        Assert.Equal(before, await StoredAsync(portal));
    }

    [Fact]
    public async Task An_operator_in_place_of_any_text_is_400_and_names_the_field()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        foreach (var field in TextFields)
        {
            foreach (var junk in new[] { """{"$ne":null}""", """{"$gt":""}""", """{"$regex":"^a"}""", """["a"]""", "17", "true" })
            {
                if (field == "ever_married" && junk == "true") continue;
                var response = await portal.As(Person.Ada).PostAsync(Register, APatient().With(field, JsonNode.Parse(junk)));
                await response.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
            }
        }

        foreach (var field in new[] { "username", "password" })
        {
            var body = new JsonObject { ["username"] = "ada", ["password"] = "x" }.With(field, JsonNode.Parse("""{"$ne":null}"""));
            await (await portal.Anonymous.PostAsync("/api/auth/login", body)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", field);
        }
    }

    [Fact]
    public async Task All_faults_are_named_at_once()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var response = await portal.As(Person.Ada).PostAsync(Register, Json("""{"age":"x","role":1,"ever_married":"maybe","bmi":{}}"""));
        await response.ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "gender", "age", "role", "ever_married", "bmi");
        await (await portal.Anonymous.PostAsync("/api/auth/login", Json("{}"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "username", "password");
    }

    [Fact]
    public async Task Ten_megabytes_are_413()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var body = $$"""{"gender":"Male","age":60,"mrn":"{{new string('x', 10_000_000)}}"}""";
        await (await portal.As(Person.Ada).PostAsync(Register, Json(body))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too_large", "body");
        using var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body)));
        chunked.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Register) { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        await (await portal.As(Person.Ada).SendAsync(request)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too_large", "body");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task Another_media_type_is_415(string type)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var content = new StringContent("""{"gender":"Male","age":60}""", Encoding.UTF8, type);
        await (await portal.As(Person.Ada).PostAsync(Register, content)).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "media_type.unsupported");
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_400()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var content = new ByteArrayContent([.. "{\"gender\":\"Male\",\"age\":60,\"mrn\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        await (await portal.As(Person.Ada).PostAsync(Register, content)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "body");
    }

    [Theory]
    [InlineData("/api/patients/xyz", "id")]
    [InlineData("/api/patients/0123456789abcdef0123456Z/risk", "id")]
    [InlineData("/api/patients/0123456789abcdef012345678/access-log", "id")]
    [InlineData("/api/patients/%01", "id")]
    [InlineData("/api/patients/%7B%22$ne%22:null%7D", "id")]
    [InlineData("/api/patients?limit=0", "limit")]
    [InlineData("/api/patients?limit=101", "limit")]
    [InlineData("/api/patients?limit=abc", "limit")]
    [InlineData("/api/patients?limit=5&limit=6", "limit")]
    [InlineData("/api/patients?min_age=a", "min_age")]
    [InlineData("/api/patients?min_age[$gt]=1", "min_age[$gt]")]
    [InlineData("/api/patients?max_age=1e400", "max_age")]
    [InlineData("/api/patients?risk_level=huge", "risk_level")]
    [InlineData("/api/patients?risk_level=1", "risk_level")]
    [InlineData("/api/patients?assigned_doctor_id=-1", "assigned_doctor_id")]
    [InlineData("/api/patients?include=all", "include")]
    [InlineData("/api/patients?archived=perhaps", "archived")]
    [InlineData("/api/patients?a.$gt=", "a.$gt")]
    [InlineData("/api/patients?after=garbage", "after")]
    [InlineData("/api/patients?after=", "after")]
    [InlineData("/api/patients?after=%F0%9F%92%A9", "after")]
    [InlineData("/api/security/logs?after=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "after")]
    [InlineData("/api/security/logs?event_type=nonsense", "event_type")]
    [InlineData("/api/security/logs?severity=bad", "severity")]
    [InlineData("/api/security/logs?status=bad", "status")]
    [InlineData("/api/security/logs?user_id=x", "user_id")]
    [InlineData("/api/security/logs?from=yesterday", "from")]
    [InlineData("/api/security/logs?to=9999999999999", "to")]
    [InlineData("/api/security/logs?page=0", "page")]
    [InlineData("/api/security/logs?page=2000000000", "page")]
    [InlineData("/api/security/logs?per_page=1000", "per_page")]
    [InlineData("/api/security/logs?page=1&limit=5", "page")]
    public async Task A_bad_id_or_parameter_is_400_and_names_it(string path, string field)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var code = field == "after" ? "cursor.invalid" : "input.invalid";
        await (await portal.As(Person.Ada).GetAsync(path)).ProblemAsync(HttpStatusCode.BadRequest, code, field);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "route.not_found")]
    [InlineData("GET", "/api/patients/a/b/c", 404, "route.not_found")]
    [InlineData("PATCH", "/api/patients", 405, "method.not_allowed")]
    [InlineData("TRACE", "/api/patients", 405, "method.not_allowed")]
    [InlineData("GET", "/api/auth/login", 405, "method.not_allowed")]
    public async Task An_unknown_route_or_method_is_a_problem_too(string method, string path, int status, string code)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var response = await portal.As(Person.Ada).SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await response.ProblemAsync((HttpStatusCode)status, code);
        if (status == 405) Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_long_user_agent_is_accepted_and_cut()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var id = (await portal.As(Person.Ada).RegisterAsync()).Id();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{PatientsPath}/{id}");
        Assert.True(request.Headers.TryAddWithoutValidation("User-Agent", new string('u', 5_000)));
        await (await portal.As(Person.Ada).SendAsync(request)).ObjectAsync();
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = Changes.EntityType.Patient, EntityId = id, EventType = "patient_viewed" }, CancellationToken.None);
        Assert.Equal(500, Assert.Single(rows).UserAgent!.Length);
    }

    private static async Task<(int Patients, long LogRows)> StoredAsync(RunningPortal portal)
    {
        await portal.SettleAsync();
        var patients = await portal.Get<StrokeCare.Patients.IPatientStore>().ListAsync(new() { Limit = 100_000 }, CancellationToken.None);
        return (patients.Count, (await portal.Get<ISecurityLog>().HeadAsync(CancellationToken.None)).Seq);
    }
}
