using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Accounts;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.Gateway;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Faults;

/// <summary>
/// Every write command of every store on MongoDB meets every fault. Which commands those are is seen by watching the driver
/// in a run without faults; that no place of a write is left out of that run is told by the failpoints it passes.
/// </summary>
public sealed class WriteFaultTests(ITestOutputHelper output)
{
    // Most of a trial is waiting: for a time-out, or for the driver to find the server again.
    private const int AtATime = 24;

    private readonly ConcurrentBag<FaultTrial> trials = [];
    private readonly ConcurrentBag<FaultDatabase> databases = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_write_command_survives_every_fault()
    {
        var started = Stopwatch.GetTimestamp();
        await using var gateway = await OwnGateway.StartAsync();
        try
        {
            var shared = await NewDatabaseAsync(gateway, onlyAccounts: false);
            var commands = await SeenWithoutFaultsAsync(gateway, shared);
            await Parallel.ForEachAsync(Units(commands, shared), new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = Ct },
                async (unit, _) => await RunAsync(gateway, unit, unit.Database ?? await NewDatabaseAsync(gateway, unit.Scenario.NeedsAccounts)));
            Report(commands, started);
            Assert.Empty(trials.Where(trial => trial.Violation is not null).Select(trial => $"{trial}: {trial.Violation}"));
            Assert.Equal(commands.Sum(of => of.Value.Count) * FaultKind.All.Count, trials.Count);
            foreach (var database in databases) await AssertSoundAsync(gateway, database);
        }
        finally
        {
            foreach (var database in databases)
            {
                await gateway.Client.DropDatabaseAsync(database.Name, CancellationToken.None);
                await database.Log.DisposeAsync();
            }
        }
    }

    private async Task<FaultDatabase> NewDatabaseAsync(OwnGateway gateway, bool onlyAccounts)
    {
        var database = new FaultDatabase(TestEngines.NewDatabaseName("fault"), await SqlTestStore.NewAsync("sqlite"), onlyAccounts);
        databases.Add(database);
        await using var plain = await FaultedStore.OpenAsync(gateway, database.Name, TimeProvider.System);
        if (!onlyAccounts) await plain.Store.EnsureIndexesAsync(Ct);
        await plain.Store.EnsureUserIndexesAsync(Ct);
        // The first account of all begins with the counter; the others do not.
        var first = AccountBuilder.AnAccount();
        await plain.Store.Users.AddAsync(first, id => (first with { Id = id }).AsChange(AuditAction.UserCreated), Ct);
        return database;
    }

    private async Task<IReadOnlyDictionary<FaultScenario, IReadOnlyList<WriteCommand>>> SeenWithoutFaultsAsync(OwnGateway gateway, FaultDatabase shared)
    {
        var passed = new ConcurrentDictionary<string, bool>();
        var seen = new Dictionary<FaultScenario, IReadOnlyList<WriteCommand>>();
#if FAILPOINTS
        Failpoint.Passed = name => passed[name] = true;
#endif
        foreach (var scenario in FaultScenario.All)
        {
            var database = scenario.NeedsDatabase ? await NewDatabaseAsync(gateway, onlyAccounts: false) : shared;
            await using var plain = await FaultedStore.OpenAsync(gateway, database.Name, TimeProvider.System);
            var stage = database.Stage(gateway, plain);
            var work = await scenario.PrepareAsync(stage);
            seen[scenario] = await plain.WritesOfAsync(async () => Assert.Equal(work.Answer, await work.ActAsync()));
            Assert.NotEmpty(seen[scenario]);
            await work.CheckAsync();
        }
#if FAILPOINTS
        Failpoint.Passed = null;
        Assert.Empty(MongoFailpoints.All.Except(passed.Keys));
#endif
        return seen;
    }

    private static IEnumerable<FaultUnit> Units(IReadOnlyDictionary<FaultScenario, IReadOnlyList<WriteCommand>> commands, FaultDatabase shared) => commands
        // Those that go one after the other take longest, so they begin first.
        .OrderByDescending(of => of.Key.IsAlone || of.Key.NeedsAccounts ? of.Value.Count : 0)
        .SelectMany(of => of.Key.IsAlone || of.Key.NeedsAccounts
            ? [new FaultUnit(of.Key, of.Value, of.Key.NeedsAccounts ? null : shared)]
            : of.Value.Select(command => new FaultUnit(of.Key, [command], of.Key.NeedsDatabase ? null : shared)));

    private async Task RunAsync(OwnGateway gateway, FaultUnit unit, FaultDatabase database)
    {
        await using var plain = await FaultedStore.OpenAsync(gateway, database.Name, TimeProvider.System);
        await using var impatient = await FaultedStore.OpenAsync(gateway, database.Name, new FastClock());
        foreach (var command in unit.Commands)
        {
            foreach (var kind in FaultKind.All)
            {
                var faulted = kind.IsSlow ? impatient : plain;
                var trial = new FaultTrial(unit.Scenario, command, kind);
                await trial.RunAsync(faulted, database.Stage(gateway, faulted));
                trials.Add(trial);
            }
        }
    }

    /// <summary>After the recovery and the relay have run: nothing that should not be, and of every version one row.</summary>
    private static async Task AssertSoundAsync(OwnGateway gateway, FaultDatabase database)
    {
        await using var faulted = await FaultedStore.OpenAsync(gateway, database.Name, TimeProvider.System);
        var (store, log) = (faulted.Store, database.Log);
        if (!database.OnlyAccounts)
        {
            await store.ReleaseOrphanClaimsAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2), Ct);
            await store.RepairSharedTimeAsync(AppointmentBuilder.Now, Ct);
            Assert.Empty(await store.Consistency.FaultsAsync(Ct).Select(fault => fault.Message).ToListAsync(Ct));
        }

        IReadOnlyList<IChangeSource> sources = [store.Changes, store.HistoryChanges, store.AppointmentChanges, store.UserChanges];
        await new Relay(sources, log.Store.Log, log.Changed, TimeProvider.System, NullLogger<Relay>.Instance).DrainAsync(Ct);
        var rows = await RowsAsync(log.Store.Log);
        foreach (var source in sources)
        {
            await foreach (var (type, id, version) in source.VersionsAsync(Ct))
                Assert.Equal(Enumerable.Range(1, (int)version).Select(each => (long)each), rows[(type.Wire(), id)].Order());
        }
    }

    private static async Task<ILookup<(string Type, string Id), long>> RowsAsync(ISecurityLog log)
    {
        const int page = 1000;
        var rows = new List<LogRow>();
        while (await log.ReadAfterAsync(rows.Count == 0 ? 0 : rows[^1].Seq, page, Ct) is { Count: > 0 } more) rows.AddRange(more);
        return rows.Where(row => row.EntityVersion is not null).ToLookup(row => (row.EntityType!, row.EntityId!), row => row.EntityVersion!.Value);
    }

    private void Report(IReadOnlyDictionary<FaultScenario, IReadOnlyList<WriteCommand>> commands, long started)
    {
        var kinds = commands.Values.SelectMany(of => of).Select(command => command with { Number = 1 }).Distinct().Order(Comparer<WriteCommand>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}")));
        foreach (var command in kinds) output.WriteLine($"{command}");
        foreach (var kind in FaultKind.All)
        {
            var of = trials.Where(trial => trial.Kind == kind).ToList();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind.Name}: {of.Count} commands, {of.Sum(trial => trial.Hits)} hits, {of.Count(trial => trial.WasUnknown)} outcomes asked for again"));
        }

        var line = string.Create(CultureInfo.InvariantCulture,
            $"write faults: {trials.Count} ({commands.Sum(of => of.Value.Count)} write commands of {commands.Count} operations, {FaultKind.All.Count} faults), {trials.Count(trial => trial.Violation is not null)} violations, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    /// <summary>Trials that go one after the other; in a new database when none is given.</summary>
    private sealed record FaultUnit(FaultScenario Scenario, IReadOnlyList<WriteCommand> Commands, FaultDatabase? Database);

    /// <summary>With its log: accounts of two databases have the same ids.</summary>
    private sealed record FaultDatabase(string Name, SqlTestStore Log, bool OnlyAccounts)
    {
        public FaultStage Stage(OwnGateway gateway, FaultedStore faulted) => new(faulted.Store, gateway.Client.GetDatabase(Name), Log.Store.Log);
    }
}
