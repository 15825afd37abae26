using System.Net;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class AccessTests(Portals portals)
{
    private const string Absent = "0123456789abcdef01234567";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_foreign_and_an_absent_record_answer_the_same_and_each_leaves_one_row(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var id = (await portal.As(Person.Grace).RegisterAsync()).Id();
        foreach (var path in new[] { "", "/risk", "/access-log" })
        {
            var foreign = await Refused(portal, id, path);
            var absent = await Refused(portal, Absent, path);
            Assert.Equal(foreign, absent);
        }

        async Task<string> Refused(RunningPortal on, string record, string path)
        {
            var before = await DeniedRows(on);
            var problem = await (await on.As(Person.House).GetAsync($"{PatientsPath}/{record}{path}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
            Assert.Equal(before + 1, await DeniedRows(on));
            problem.Remove("trace_id");
            return problem.ToJsonString();
        }
    }

    [Theory]
    [InlineData("GET", "/api/auth/me")]
    [InlineData("GET", "/api/patients")]
    [InlineData("POST", "/api/patients/register")]
    [InlineData("GET", "/api/patients/" + Absent)]
    [InlineData("PUT", "/api/patients/" + Absent)]
    [InlineData("DELETE", "/api/patients/" + Absent)]
    [InlineData("POST", "/api/patients/" + Absent + "/restore")]
    [InlineData("GET", "/api/patients/" + Absent + "/risk")]
    [InlineData("GET", "/api/patients/" + Absent + "/access-log")]
    [InlineData("GET", "/api/security/logs")]
    [InlineData("GET", "/api/security/verify")]
    public async Task Without_a_token_nothing_is_answered_but_401(string method, string path)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var response = await portal.Anonymous.SendAsync(new HttpMethod(method), path, method == "GET" ? null : []);
        await response.ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
    }

    [Theory]
    [InlineData("grace", "DELETE", "/api/patients/" + Absent)]
    [InlineData("grace", "POST", "/api/patients/" + Absent + "/restore")]
    [InlineData("grace", "GET", "/api/security/logs")]
    [InlineData("grace", "GET", "/api/security/verify")]
    [InlineData("grace", "GET", "/api/patients?assigned_doctor_id=1")]
    [InlineData("grace", "GET", "/api/patients?archived=true")]
    [InlineData("paul", "GET", "/api/patients")]
    [InlineData("paul", "POST", "/api/patients/register")]
    [InlineData("paul", "PUT", "/api/patients/" + Absent)]
    [InlineData("paul", "DELETE", "/api/patients/" + Absent)]
    [InlineData("paul", "GET", "/api/patients/" + Absent)]
    [InlineData("paul", "GET", "/api/security/logs")]
    [InlineData("paul", "GET", "/api/security/verify")]
    public async Task A_role_that_may_not_is_refused_and_the_refusal_is_in_the_log(string username, string method, string path)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var person = Person.All.Single(p => p.Username == username);
        var before = await DeniedRows(portal);
        var response = await portal.As(person).SendAsync(new HttpMethod(method), path, method == "GET" ? null : APatient());
        await response.ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        Assert.Equal(before + 1, await DeniedRows(portal));
    }

    [Fact]
    public async Task An_admin_is_told_that_a_record_is_absent()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        await (await portal.As(Person.Ada).GetAsync($"{PatientsPath}/{Absent}")).ProblemAsync(HttpStatusCode.NotFound, "patient.not_found");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Doctors_list_their_own_patients_and_admins_all(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var mine = (await portal.As(Person.House).RegisterAsync()).Id();
        var others = (await portal.As(Person.Grace).RegisterAsync()).Id();
        var seen = (await portal.As(Person.House).ItemsAsync($"{PatientsPath}?limit=100")).Select(p => (string)p["id"]!).ToList();
        Assert.Contains(mine, seen);
        Assert.DoesNotContain(others, seen);
        var all = await portal.As(Person.Ada).ItemsAsync($"{PatientsPath}?limit=2&include=doctor");
        Assert.Equal([others, mine], all.Select(p => (string)p["id"]!));
        Assert.Equal(["grace", "house"], all.Select(p => (string)p["doctor"]!["username"]!));
    }

    private static async Task<int> DeniedRows(RunningPortal portal) =>
        (await portal.Get<ISecurityLog>().FindAsync(new() { EventType = AuditAction.AccessDenied.Wire(), Limit = 10_000 }, CancellationToken.None)).Count;
}
