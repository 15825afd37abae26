using System.Net;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

public sealed class PagingTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Pages_follow_each_other_without_gap_or_repeat_while_rows_arrive(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var registered = new List<string>();
        for (var i = 0; i < 7; i++) registered.Add((await portal.As(Person.House).RegisterAsync()).Id());
        var doctor = portal.IdOf(Person.House);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await (await portal.As(Person.Ada).GetAsync($"{PatientsPath}?assigned_doctor_id={doctor}&limit=3{(after is null ? "" : $"&after={after}")}")).ObjectAsync();
            seen.AddRange(page["items"]!.AsArray().Select(p => (string)p!["id"]!));
            after = (string?)page["next"];
            if (seen.Count == 3) await portal.As(Person.House).RegisterAsync();
        }
        while (after is not null);
        Assert.Equal(registered.AsEnumerable().Reverse(), seen.Take(7));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_list_its_filter_and_its_reader()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        for (var i = 0; i < 3; i++) await portal.As(Person.Grace).RegisterAsync();
        var grace = await CursorAsync(portal, Person.Grace, $"{PatientsPath}?limit=1");
        await (await portal.As(Person.Grace).GetAsync($"{PatientsPath}?limit=2&after={grace}")).ObjectAsync();
        await Refused(Person.Grace, $"{PatientsPath}?limit=1&min_age=1&after={grace}");
        await Refused(Person.Ada, $"{PatientsPath}?limit=1&after={grace}");
        await Refused(Person.Grace, $"{PatientsPath}?limit=1&after={grace[..^1]}{(grace[^1] == 'A' ? 'Q' : 'A')}");
        var log = await CursorAsync(portal, Person.Ada, "/api/security/logs?limit=1");
        await Refused(Person.Ada, $"{PatientsPath}?limit=1&after={log}");
        await Refused(Person.Ada, $"/api/security/logs?limit=1&severity=info&after={log}");

        async Task Refused(Person person, string path) =>
            await (await portal.As(person).GetAsync(path)).ProblemAsync(HttpStatusCode.BadRequest, "cursor.invalid", "after");
    }

    [Fact]
    public async Task The_log_also_pages_as_the_seed_does()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        for (var i = 0; i < 3; i++) await portal.As(Person.Grace).RegisterAsync();
        await portal.SettleAsync();
        var first = await (await portal.As(Person.Ada).GetAsync("/api/security/logs?event_type=patient_created&page=1&per_page=2")).ObjectAsync();
        var second = await portal.As(Person.Ada).ItemsAsync("/api/security/logs?event_type=patient_created&page=2&per_page=2");
        Assert.Equal((1, 2), ((int)first["page"]!, (int)first["per_page"]!));
        Assert.True((long)first["items"]![1]!["seq"]! > (long)second[0]["seq"]!);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Doctors_are_joined_in_one_query_however_many_patients_there_are(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        for (var i = 0; i < 12; i++) await portal.As(i % 2 == 0 ? Person.Grace : Person.House).RegisterAsync();
        var (patients, patientCount) = Counting.On(portal.Get<IPatientStore>());
        var (users, userCount) = Counting.On(portal.Get<IUserStore>());
        var admin = new Actor(portal.IdOf(Person.Ada), "ada", Role.Admin, Origin.Local);
        var listed = await new ListPatientsHandler(patients, users, portal.Get<AuditTrail>()).HandleAsync(new() { Limit = 12 }, includeDoctor: true, admin, CancellationToken.None);
        Assert.Equal(2, listed.Value!.Doctors!.Count);
        Assert.Equal((1, 1), (patientCount.RoundTrips, userCount.RoundTrips));
    }

    private static async Task<string> CursorAsync(RunningPortal portal, Person person, string path) =>
        (string)(await (await portal.As(person).GetAsync(path)).ObjectAsync())["next"]!;
}
