using System.Net;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

/// <summary>Many writers over HTTP. Small in CI; STROKECARE_FULL=1 makes it 10,000 writes for each number of writers.</summary>
public sealed class ConcurrencyTests(Portals portals)
{
    private static readonly int Writes = TestSize.Full ? 10_000 : 400;

    public static TheoryData<Pair, int> PairsAndWriters =>
        new([.. from pair in Enum.GetValues<Pair>() from writers in new[] { 10, 100 } select new TheoryDataRow<Pair, int>(pair, writers)]);

    [Theory]
    [MemberData(nameof(PairsAndWriters))]
    public async Task Concurrent_writers_see_no_error_and_every_write_has_its_row(Pair pair, int writers)
    {
        var portal = await portals.OnAsync(pair);
        var ids = (await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteAsync(portal, Writes / writers)))).SelectMany(written => written).ToList();
        Assert.Equal(Writes / 2, ids.Distinct().Count());
        await portal.SettleAsync();
        var verification = await (await portal.As(Person.Ada).GetAsync("/api/security/verify")).ObjectAsync();
        Assert.True((bool)verification["ok"]!, verification.ToString());
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Of_many_who_saw_the_same_version_one_wins(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var id = (await portal.As(Person.Grace).RegisterAsync()).Id();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await portal.As(Person.Grace).SendAsync(HttpMethod.Put, $"{PatientsPath}/{id}", APatient(), ("If-Match", "\"1\""));
            return response.StatusCode;
        }));
        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(status => status == HttpStatusCode.PreconditionFailed));
    }

    // Half of the writes register, half change what was registered.
    private static async Task<List<string>> WriteAsync(RunningPortal portal, int writes)
    {
        var ids = new List<string>();
        for (var i = 0; i < writes / 2; i++)
        {
            var id = (await portal.As(Person.Grace).RegisterAsync()).Id();
            using var changed = await portal.As(Person.Grace).SendAsync(HttpMethod.Put, $"{PatientsPath}/{id}", APatient().With("bmi", 20 + i % 20), ("If-Match", "\"1\""));
            Assert.Equal(2, (int)(await changed.ObjectAsync())["version"]!);
            ids.Add(id);
        }

        return ids;
    }
}
