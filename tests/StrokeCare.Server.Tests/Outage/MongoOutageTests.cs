using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Crash;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests.Gateway;

namespace StrokeCare.Server.Tests.Outage;

/// <summary>
/// A portal under load whose MongoDB goes away and comes back: frozen, so that it takes connections and answers nobody, or
/// killed. Ten seconds by default; STROKECARE_FULL=1 makes it thirty, and wants a machine with nothing else to do.
/// </summary>
public sealed class MongoOutageTests(ITestOutputHelper output)
{
    private const int MostMegabytes = 64;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(TestSize.Full ? 30 : 10);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);

    // MongoDB's, for one operation; and what a machine that does other things as well may be late by.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(TestSize.Full ? 0.5 : 2);

    [Fact]
    public Task Frozen() => WhileAwayAsync("frozen", gateway => gateway.FreezeAsync(), gateway => gateway.ThawAsync());

    [Fact]
    public Task Killed() => WhileAwayAsync("killed", gateway => gateway.KillAsync(), gateway => gateway.StartAgainAsync());

    private async Task WhileAwayAsync(string how, Func<OwnGateway, Task> goAway, Func<OwnGateway, Task> comeBack)
    {
        await using var gateway = await OwnGateway.StartAsync();
        await using var stores = await ClinicTemplate.NewStoresAsync(StorePair.SqliteMongo);
        // Small steps of its youngest memory: what it grows by is then what it keeps.
        var environment = new Dictionary<string, string>(stores.EnvironmentThrough(gateway.Uri), StringComparer.Ordinal) { ["DOTNET_GCgen0size"] = "1000000" };
        await using var server = await ServerProcess.Start(stores, environment, []).MustBeReadyAsync();
        await stores.SignIns.RefreshAsync(server);
        await using var load = new Load(server, stores.SignIns, await ARecordAsync(server, stores.SignIns));
        await Task.Delay(Calm);
        var away = load.Now;
        await goAway(gateway);
        await Task.Delay(Outage / 2);
        var memory = server.MemoryMegabytes;
        await Task.Delay(Outage / 2);
        var grown = server.MemoryMegabytes - memory;
        await comeBack(gateway);
        var back = load.Now;
        await Task.Delay(BackWithin + Calm);
        await load.StopAsync();
        var all = load.Measured;
        var firstRefusal = all.Where(one => one.IsClinical && one.Status == HttpStatusCode.ServiceUnavailable).Min(one => one.Ended);
        var refused = all.Where(one => one.IsClinical && one.Started > firstRefusal && one.Ended < back).ToList();
        var served = all.Where(one => one.IsClinical && one.Started > back && one.Status != HttpStatusCode.ServiceUnavailable).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{how} for {Outage.TotalSeconds} s: {all.Count} requests, longest {all.Max(one => one.Took.TotalSeconds):F2} s; first 503 after {(firstRefusal - away).TotalSeconds:F2} s, then {refused.Count}, " +
            $"median {Share(refused, 0.5):F1} ms, 99 % {Share(refused, 0.99):F1} ms, longest {Share(refused, 1):F1} ms; {all.Count(one => one.Asked == Asked.SignIn)} sign-ins; " +
            $"{grown} MiB grown; served again after {(served.Min(one => one.Ended) - back).TotalSeconds:F2} s"));

        AssertRefusedAtOnce(refused);
        Assert.All(all, one => Assert.True(one.Took < TimeLimit + Late, $"{one} took longer than the time-out"));
        Assert.All(all.Where(one => one.Asked == Asked.SignIn), one => Assert.Equal(HttpStatusCode.OK, one.Status));
        AssertReadinessNames(all.Where(one => one.Asked == Asked.Readiness && one.Started > firstRefusal && one.Ended < back));
        Assert.True(grown < MostMegabytes, $"{grown} MiB more at the end of the outage than in its middle");
        // Readiness may be told from a look that is two seconds old.
        Assert.All(all.Where(one => one.Started > back + BackWithin && one.Asked != Asked.Readiness), one => Assert.True((int)one.Status < 300, $"{one} after it was back for {BackWithin.TotalSeconds} s"));
        await AssertNothingLostAsync(load);
    }

    private static void AssertRefusedAtOnce(List<Measured> refused)
    {
        Assert.NotEmpty(refused);
        Assert.All(refused, one => Assert.True(one.Status == HttpStatusCode.ServiceUnavailable && one.RefusedWell, $"{one}"));
        // Beside a whole test run a few wait for the processor.
        Assert.InRange(Share(refused, TestSize.Full ? 0.99 : 0.5), 0, AtOnce.TotalMilliseconds);
    }

    private static void AssertReadinessNames(IEnumerable<Measured> looks)
    {
        Assert.NotEmpty(looks);
        Assert.All(looks, one =>
        {
            var stores = JsonNode.Parse(one.Body)!["stores"]!;
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "healthy", "unhealthy"), (one.Status, (string?)stores["sqlite"], (string?)stores["mongodb"]));
        });
    }

    /// <summary>What was acknowledged is there; what was refused is there once when it is asked for again.</summary>
    private static async Task AssertNothingLostAsync(Load load)
    {
        const int sample = 100;
        using var http = load.NewClient();
        Assert.NotEmpty(load.Acknowledged);
        foreach (var (mrn, id) in load.Acknowledged)
            Assert.Equal(mrn, (string?)(await (await http.GetAsync($"{Http.PatientsPath}/{id}")).ObjectAsync())["mrn"]);
        foreach (var mrn in load.Refused.Keys.Order().Take(sample))
        {
            var first = (await (await load.WriteAsync(http, mrn)).ObjectAsync(HttpStatusCode.Created)).Id();
            Assert.Equal(first, (await (await load.WriteAsync(http, mrn)).ObjectAsync(HttpStatusCode.Created)).Id());
        }
    }

    private static async Task<string> ARecordAsync(ServerProcess server, SignIns signIns)
    {
        using var http = new HttpClient { BaseAddress = server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", signIns.AdminToken) } };
        return (await http.RegisterAsync()).Id();
    }

    private static double Share(List<Measured> refused, double share)
    {
        var sorted = refused.Select(one => one.Took.TotalMilliseconds).Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }
}
