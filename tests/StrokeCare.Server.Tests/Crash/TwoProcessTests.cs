namespace StrokeCare.Server.Tests.Crash;

/// <summary>Two processes append to one log: one chain without a gap comes out.</summary>
public sealed class TwoProcessTests
{
    [Fact]
    public Task Two_portals_on_one_PostgreSQL_write_one_chain() => TwoPortalsAsync(StorePair.PostgreSql);

    [Fact]
    public Task Two_portals_on_one_PostgreSQL_and_MongoDB_write_one_chain() => TwoPortalsAsync(StorePair.PostgreSqlMongo);

    [Fact]
    public Task An_import_beside_a_serving_portal_on_SQLite_writes_one_chain() => ImportBesideAsync(StorePair.Sqlite);

    [Fact]
    public Task An_import_beside_a_serving_portal_on_SQLite_and_MongoDB_writes_one_chain() => ImportBesideAsync(StorePair.SqliteMongo);

    private static async Task TwoPortalsAsync(StorePair pair)
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        await lane.RoundAsync("two portals, both live", CrashSettings.FirstSeed, async (round, _) =>
        {
            var one = await round.StartAsync();
            var two = await round.StartAsync();
            await Task.WhenAll(
                round.Workload.RunAsync(one, clients: 4, each: 30, Trouble.None),
                round.Workload.RunAsync(two, clients: 4, each: 30, Trouble.None));
            await round.Workload.ContestAsync(one, two, times: 20);
            await round.NothingClaimedInVainAsync();
            await round.EndAsync(one);
            await round.CheckAsync();
        });
        await lane.RoundAsync("two portals, one dies", CrashSettings.FirstSeed + 1, async (round, random) =>
        {
            var one = await round.StartAsync();
            var two = await round.StartAsync();
            var writing = Task.WhenAll(
                round.Workload.RunAsync(one, clients: 4, each: int.MaxValue, Trouble.Dies),
                round.Workload.RunAsync(two, clients: 4, each: 40, Trouble.None));
            await Task.Delay(random.Next(100, 800));
            await one.KillAsync();
            await writing;
            await round.CheckAsync();
        });
        await lane.ConcludeAsync("rounds of two portals");
    }

    private static async Task ImportBesideAsync(StorePair pair)
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        await lane.RoundAsync("import beside a portal", CrashSettings.FirstSeed, async (round, random) =>
        {
            var server = await round.ServerAsync();
            using var file = ImportFile.Write(round.Instance, random, rows: 3_000);
            var importing = round.ImportMustFinishAsync(file);
            await round.Workload.RunAsync(server, clients: 4, each: int.MaxValue, Trouble.None, () => importing.IsCompleted);
            await importing;
            await round.NothingClaimedInVainAsync();
            await round.CheckAsync();
        });
        await lane.ConcludeAsync("imports beside a portal");
    }
}
