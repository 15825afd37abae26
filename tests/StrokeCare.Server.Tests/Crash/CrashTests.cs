using System.Globalization;

[assembly: AssemblyFixture(typeof(StrokeCare.Server.Tests.Crash.CrashRun))]

namespace StrokeCare.Server.Tests.Crash;

/// <summary>
/// The promise of the product on one pair of stores: whatever is killed and whenever, each acknowledged version has one
/// row in the log, nothing is lost, nothing doubled. A violation prints its pair, seed and point; <c>eng/crash.sh --help</c> says how to bring it back.
/// </summary>
public abstract class CrashTests
{
    private readonly StorePair pair;

    private protected CrashTests(StorePair pair) => this.pair = pair;

    [Fact]
    public async Task Killed_or_failing_at_any_failpoint_it_loses_and_doubles_nothing()
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        // Imports last: what they leave in the stores is read again after every round that follows.
        var points = FailpointMatrix.On(pair).Where(point => point.Name.Contains(CrashSettings.Only, StringComparison.Ordinal))
            .OrderBy(point => point.Passed == Passed.ByImport).ToList();
        for (var seed = CrashSettings.FirstSeed; seed < CrashSettings.FirstSeed + CrashSettings.Seeds; seed++)
        {
            for (var i = 0; i < points.Count; i++)
            {
                var isThrown = (i + seed + StorePair.All.ToList().IndexOf(pair)) % 2 == 0;
                if (CrashSettings.Full || !isThrown) await lane.FailpointAsync(points[i], "kill", seed);
                if (CrashSettings.Full || isThrown) await lane.FailpointAsync(points[i], "throw", seed);
            }

            CrashReport.Say(string.Create(CultureInfo.InvariantCulture, $"crash: {pair}: seed {seed} done, {lane.Rounds} rounds at failpoints so far"));
        }

        await lane.ConcludeAsync("rounds at failpoints");
    }

    [Fact]
    public async Task Killed_at_any_moment_under_eight_clients_it_loses_and_doubles_nothing()
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        var kills = Math.Max(1, CrashSettings.Kills / StorePair.All.Count);
        for (var i = 0; i < kills; i++) await lane.RandomKillAsync(CrashSettings.FirstSeed + i);
        await lane.ConcludeAsync("random kills");
    }

    [Fact]
    public async Task A_hundred_posts_under_one_key_have_one_effect_also_with_a_kill_among_them()
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        for (var seed = CrashSettings.FirstSeed; seed < CrashSettings.FirstSeed + CrashSettings.Seeds; seed++) await lane.KilledAmongHundredAsync(seed);
        await lane.ConcludeAsync("kills among 100 posts under one key");
    }
}

public sealed class SqliteCrashTests() : CrashTests(StorePair.Sqlite);

public sealed class PostgreSqlCrashTests() : CrashTests(StorePair.PostgreSql);

public sealed class SqliteMongoCrashTests() : CrashTests(StorePair.SqliteMongo);

public sealed class PostgreSqlMongoCrashTests() : CrashTests(StorePair.PostgreSqlMongo);
