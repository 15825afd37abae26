using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>
/// The same promise for accounts on one pair of stores: whoever registers themselves has account and record or neither,
/// a leaving doctor's patients are moved once each, and who signs in is let in again.
/// </summary>
public abstract class AccountCrashTests
{
    private readonly StorePair pair;

    private protected AccountCrashTests(StorePair pair) => this.pair = pair;

    [Fact]
    public async Task Killed_or_failing_at_any_failpoint_of_accounts_it_does_all_of_it_once_or_nothing()
    {
        CrashSettings.SkipUnlessAsked(pair);
        await using var lane = new CrashLane(pair);
        var points = Points().Where(point => point.Name.Contains(CrashSettings.Only, StringComparison.Ordinal)).ToList();
        for (var seed = CrashSettings.FirstSeed; seed < CrashSettings.FirstSeed + CrashSettings.Seeds; seed++)
        {
            foreach (var point in points)
            {
                foreach (var effect in CrashSlice.EffectsOn(StorePair.OfAccounts, pair, point.Name, seed)) await lane.FailpointAsync(point, effect, seed);
            }

            // In the slice the points on the way to it are enough.
            if (CrashSettings.Full && CrashSettings.Only.Length == 0) await lane.GivingUpAsync(seed);
            CrashReport.Say(string.Create(CultureInfo.InvariantCulture, $"crash: {pair}: seed {seed} done, {lane.Rounds} rounds of accounts so far"));
        }

        await lane.ConcludeAsync("rounds of accounts at failpoints");
    }

    // What accounts pass beside is struck under patients in the slice.
    private IEnumerable<CrashPoint> Points() => CrashSettings.Full ? [.. AccountPoints.On(pair), .. AccountPoints.BesideOn(pair)] : AccountPoints.On(pair);
}

public sealed class SqliteAccountCrashTests() : AccountCrashTests(StorePair.Sqlite);

public sealed class PostgreSqlAccountCrashTests() : AccountCrashTests(StorePair.PostgreSql);

public sealed class SqliteMongoAccountCrashTests() : AccountCrashTests(StorePair.SqliteMongo);

public sealed class SqliteMongoUsersAccountCrashTests() : AccountCrashTests(StorePair.SqliteMongoUsers);

public sealed class PostgreSqlMongoAccountCrashTests() : AccountCrashTests(StorePair.PostgreSqlMongo);
