using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>
/// One crash after the other on the same stores, each recovered and checked: what one leaves behind, the next one meets.
/// After a violation it goes on with fresh stores, so that one fault is not counted again and again; and after so many rounds,
/// once all is checked that the end of a lane checks: each round reads all that is stored, so that a lane without an end would take the square of its length.
/// </summary>
internal sealed class CrashLane(StorePair pair) : IAsyncDisposable
{
    private const int MostRoundsOnStores = 64;

    private readonly List<string> violations = [];
    private readonly List<ServerProcess> servers = [];
    private ClinicStores? stores;
    private Ledger ledger = new();
    private int roundsOnStores;

    public int Rounds { get; private set; }

    /// <summary>The portal dies or throws at the nth pass of a point, under three clients; or an import does, beside a portal.</summary>
    public Task FailpointAsync(CrashPoint point, string effect, int seed)
    {
        var strike = Strike.At(point, effect, seed);
        return RoundAsync(strike.Armed, seed, (round, random) => point.Passed switch
        {
            Passed.ByPortal => PortalRoundAsync(round, point.Name, strike.Armed, strike.Kills),
            Passed.ByImport => ImportRoundAsync(round, point.Name, strike.Armed, strike.Kills, random),
            Passed.BySelfRegistration => RegistrationRound.RunAsync(round, strike, withRecord: true),
            Passed.ByNewAccount => RegistrationRound.RunAsync(round, strike, withRecord: false),
            Passed.ByGivingUp => GivingUpRound.RunAsync(round, strike),
            Passed.ByReassignment => ReassignmentRound.RunAsync(round, strike),
            Passed.ByArchiving => ArchivingRound.RunAsync(round, strike),
            Passed.BySharing => SharingRound.RunAsync(round, strike),
            Passed.ByAdminLeaving => AdminLeavesRound.RunAsync(round, strike),
            Passed.BySettingHours => HoursRound.RunAsync(round, strike),
            Passed.ByStarting => OlderRecordsRound.RunAsync(round, strike),
            Passed.BySigningIn => SignInRound.RunAsync(round, strike),
        });
    }

    /// <summary>A self-registration that recovery has to give up, and nothing else dies.</summary>
    public Task GivingUpAsync(int seed) => RoundAsync("giving up", seed, (round, _) => GivingUpRound.RunAsync(round, null));

    /// <summary>kill -9 at any moment, under eight clients.</summary>
    public Task RandomKillAsync(int seed) => RoundAsync("random kill", seed, async (round, random) =>
    {
        var victim = await round.ServerAsync();
        var writing = round.Workload.RunAsync(victim, clients: 8, each: int.MaxValue, Trouble.Dies);
        await Task.Delay(random.Next(20, 600));
        await victim.KillAsync();
        await writing;
        await round.CheckAsync();
    });

    /// <summary>A hundred POSTs under one key, and kill -9 while they run.</summary>
    public Task KilledAmongHundredAsync(int seed) => RoundAsync("kill among 100 posts under one key", seed, async (round, random) =>
    {
        var patient = round.Workload.NewPatient(random);
        var victim = await round.ServerAsync();
        var posts = OneKey.PostAsync(victim, round, patient, untilAnswered: false);
        await Task.Delay(random.Next(0, 120));
        await victim.KillAsync();
        await posts;
        await OneKey.PostAsync(await round.ServerAsync(), round, patient, untilAnswered: true);
        await round.CheckAsync();
    });

    /// <summary>Any other way to trouble the stores.</summary>
    public async Task RoundAsync(string what, int seed, Func<CrashRound, Random, Task> trouble)
    {
        if (roundsOnStores == MostRoundsOnStores) await EndStoresAsync();
        Rounds++;
        roundsOnStores++;
        await TakeRoundAsync(what, seed, trouble);
    }

    private async Task TakeRoundAsync(string what, int seed, Func<CrashRound, Random, Task> trouble)
    {
        stores ??= await FreshAsync();
        var random = new Random(seed + Rounds);
        var name = string.Create(CultureInfo.InvariantCulture, $"r{Rounds}");
        var round = new CrashRound(stores, ledger, new Workload(stores, ledger, name, seed), random, servers);
        try
        {
            await trouble(round, random);
        }
        catch (Exception failed)
        {
            ledger.Violation($"the round broke off: {failed}");
        }

        await CloseRoundAsync(what, seed, round);
    }

    /// <summary>The end of the lane, and the verdict.</summary>
    public async Task ConcludeAsync(string what)
    {
        await EndStoresAsync();
        CrashReport.Conclude(what, pair, Rounds, violations);
    }

    // Nothing is left of the rounds: an orderly stop, and the verbs.
    private async Task EndStoresAsync()
    {
        await TakeRoundAsync(string.Create(CultureInfo.InvariantCulture, $"end of the stores of rounds {Rounds - roundsOnStores + 1} to {Rounds}"), 0, async (round, _) =>
        {
            await round.ServerAsync();
            await Settling.WaitAsync(stores!, ledger);
            await round.HoldAsync(await round.ServerAsync());
            var recovery = new Recovery(stores!, ledger, new Random(0));
            await recovery.VerifyByVerbAsync();
            await recovery.NothingForALaterLookAsync();
            await round.EndAsync(await round.ServerAsync());
            await recovery.CheckByVerbAsync();
        });
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers) await server.DisposeAsync();
        servers.Clear();
        if (stores is not null) await stores.DisposeAsync();
        (stores, ledger, roundsOnStores) = (null, new Ledger(), 0);
    }

    private async Task CloseRoundAsync(string what, int seed, CrashRound round)
    {
        stores!.Trap.Disarm();
        if (ledger.Violations.Count > 0)
        {
            violations.AddRange(ledger.Violations.Select(violation => $"[{pair}, seed {seed}, {what}] {violation}\n{round.Logs}"));
            CrashReport.Say($"{ledger.Violations.Count} violations: {pair}, seed {seed}, {what}: {ledger.Violations.First().Split('\n')[0]}");
            await DisposeAsync();
            return;
        }

        foreach (var dead in servers.FindAll(server => server.HasExited)) await dead.DisposeAsync();
        servers.RemoveAll(server => server.HasExited);
    }

    private async Task<ClinicStores> FreshAsync()
    {
        var fresh = await ClinicTemplate.NewStoresAsync(pair);
        if (fresh.SignIns.AreFresh) return fresh;
        var server = await ServerProcess.Start(fresh).MustBeReadyAsync();
        servers.Add(server);
        await fresh.SignIns.RefreshAsync(server);
        return fresh;
    }

    private static async Task PortalRoundAsync(CrashRound round, string point, string armed, bool kill)
    {
        var victim = await round.ServerAsync();
        var strikes = victim.Strikes(point);
        var callsAfter = 0;
        round.Trap.Arm(armed);
        // What the steps of one draw leave out, those of the next may hold.
        for (var draw = 0; draw < 3 && victim.Strikes(point) == strikes && !victim.HasExited; draw++)
        {
            await round.Workload.RunAsync(
                victim, clients: 3, each: 60, kill ? Trouble.Dies : Trouble.Throws,
                () => victim.Strikes(point) > strikes && Interlocked.Increment(ref callsAfter) > 15);
        }

        for (var waited = 0; waited < 60 && victim.Strikes(point) == strikes; waited++) await Task.Delay(50);
        round.Trap.Disarm();
        if (victim.Strikes(point) == strikes) round.Violation("the point was not reached");
        else if (kill && !await victim.DiesWithinAsync(TimeSpan.FromSeconds(5))) round.Violation("it was to die and lives");
        else await round.CheckAsync();
    }

    private static async Task ImportRoundAsync(CrashRound round, string point, string armed, bool kill, Random random)
    {
        var server = await round.ServerAsync();
        using var file = ImportFile.Write(round.Instance, random, rows: 2_400);
        var writing = round.Workload.RunAsync(server, clients: 2, each: 15, Trouble.None);
        var struck = await round.ImportAsync(file, armed);
        if (!struck.Reached(point)) round.Violation($"the point was not reached: {struck}");
        if (kill && struck.ExitCode != 137) round.Violation($"the import was to die: {struck}");
        await writing;
        await round.ImportMustFinishAsync(file);
        await round.CheckAsync();
    }
}
