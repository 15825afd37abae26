namespace StrokeCare.Server.Tests.Crash;

/// <summary>MongoDB itself dies, and not the portal. On demand only, by eng/kill-engine.sh: it needs an engine that nobody else uses.</summary>
public sealed class EngineKilledTests
{
    [Fact(Explicit = true)]
    public async Task Nothing_is_lost_when_the_engine_is_killed_under_eight_clients()
    {
        var engine = new KilledEngine();
        await using var lane = new CrashLane(StorePair.SqliteMongo);
        for (var kill = 0; kill < KilledEngine.Kills; kill++)
        {
            var withGateway = kill % 2 == 1;
            var what = withGateway ? "engine and gateway killed" : "engine killed";
            await lane.RoundAsync(what, CrashSettings.FirstSeed, (round, random) => RoundAsync(round, random, engine, withGateway));
            CrashReport.Say($"{kill + 1}: {what}");
        }

        await lane.ConcludeAsync("kills of the engine");
    }

    private static async Task RoundAsync(CrashRound round, Random random, KilledEngine engine, bool withGateway)
    {
        const int afterwards = 40;
        var (server, back) = (await round.ServerAsync(), int.MaxValue);
        var writing = round.Workload.RunAsync(
            server, clients: 8, each: int.MaxValue, Trouble.StoreAway, () => round.Workload.Answers - Volatile.Read(ref back) > afterwards);
        await Task.Delay(random.Next(200, 1500));
        await engine.KillAsync(withGateway);
        await KilledEngine.StartAgainAsync();
        Volatile.Write(ref back, round.Workload.Answers);
        await writing;
        await round.CheckAsync();
    }
}
