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
            for (var i = 0; i < points.Count; i++)
            {
                if (CrashSettings.Full || i % 2 == seed % 2) await lane.FailpointAsync(points[i], "kill", seed);
                if (CrashSettings.Full || i % 2 != seed % 2) await lane.FailpointAsync(points[i], "throw", seed);
            }

            // In the slice the points on the way to it are enough.
            if (CrashSettings.Full && CrashSettings.Only.Length == 0) await lane.GivingUpAsync(seed);
            CrashReport.Say(string.Create(CultureInfo.InvariantCulture, $"crash: {pair}: seed {seed} done, {lane.Rounds} rounds of accounts so far"));
        }

        await lane.ConcludeAsync("rounds of accounts at failpoints");
    }

    /// <summary>In the slice only what this pair of stores is there for.</summary>
    protected virtual bool IsInSlice(string point) => true;

    private IEnumerable<CrashPoint> Points() => CrashSettings.Full
        ? [.. AccountPoints.On(pair), .. AccountPoints.BesideOn(pair)]
        : AccountPoints.On(pair).Where(point => IsInSlice(point.Name));
}

public sealed class SqliteAccountCrashTests() : AccountCrashTests(StorePair.Sqlite);

public sealed class PostgreSqlAccountCrashTests() : AccountCrashTests(StorePair.PostgreSql)
{
    protected override bool IsInSlice(string point) => point is "self_register.after_tombstone";
}

public sealed class SqliteMongoAccountCrashTests() : AccountCrashTests(StorePair.SqliteMongo)
{
    // The points between the two stores.
    protected override bool IsInSlice(string point) => point is "self_register.after_reserve" or "self_register.after_patient" or "self_register.after_activate" or "reassign.after_record";
}

public sealed class SqliteMongoUsersAccountCrashTests() : AccountCrashTests(StorePair.SqliteMongoUsers)
{
    protected override bool IsInSlice(string point) => FailpointMatrix.Begins(point, "mongo.");
}

public sealed class PostgreSqlMongoAccountCrashTests() : AccountCrashTests(StorePair.PostgreSqlMongo)
{
    protected override bool IsInSlice(string point) => point is "self_register.after_patient";
}
