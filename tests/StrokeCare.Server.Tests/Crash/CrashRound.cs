namespace StrokeCare.Server.Tests.Crash;

/// <summary>One crash and what is checked after it. It remembers its servers, for their logs.</summary>
internal sealed class CrashRound(ClinicStores stores, Ledger ledger, Workload workload, Random random, List<ServerProcess> servers)
{
    public Workload Workload => workload;

    public Ledger Ledger => ledger;

    public ClinicStores Stores => stores;

    public Random Random => random;

    public SignIns SignIns => stores.SignIns;

    public string Instance => stores.Instance;

    public Trap Trap => stores.Trap;

    public string Logs => string.Join("\n", servers.Select((server, i) => $"--- log of server {i + 1}\n{server.Log}"));

    public void Violation(string what) => ledger.Violation(what);

    /// <summary>The server that is up, or a new one over whatever was left.</summary>
    public async Task<ServerProcess> ServerAsync() => servers.Find(server => !server.HasExited) ?? await StartAsync();

    public Task<ServerProcess> StartAsync(params IReadOnlyList<string> wrapper)
    {
        var server = ServerProcess.Start(stores, wrapper);
        servers.Add(server);
        return server.MustBeReadyAsync();
    }

    /// <summary>An orderly end and a new server over what is left: what a throw left open is recovered at its start.</summary>
    public async Task<ServerProcess> RestartAsync()
    {
        foreach (var server in servers.FindAll(server => !server.HasExited)) await EndAsync(server);
        return await StartAsync();
    }

    /// <summary>A server that may die at its start.</summary>
    public ServerProcess StartDoomed()
    {
        var server = ServerProcess.Start(stores);
        servers.Add(server);
        return server;
    }

    /// <summary>After a round in which nothing died.</summary>
    public Task NothingClaimedInVainAsync() => new Recovery(stores, ledger, random).NothingClaimedInVainAsync();

    /// <summary>Holds the stores against the ledger as they are, whoever still waits for an answer.</summary>
    public Task HoldAsync(ServerProcess server) => new Recovery(stores, ledger, random).CheckAsync(server);

    /// <summary>Holds the stores against the ledger; now and then with the verb too, and with an orderly end.</summary>
    public async Task CheckAsync()
    {
        var server = await ServerAsync();
        var recovery = new Recovery(stores, ledger, random);
        await recovery.CheckAsync(server);
        if (random.Next(6) == 0) await recovery.VerifyByVerbAsync();
        // Each costs a start: in the slice once at the end of the stores, in full now and then.
        if (CrashSettings.Full && random.Next(6) == 0)
        {
            await recovery.NothingForALaterLookAsync();
            await recovery.CheckByVerbAsync();
        }

        await stores.SignIns.RefreshAsync(server);
        if (random.Next(8) == 0) await EndAsync(server);
    }

    /// <summary>The end of a round of accounts: the slice leaves the verb and the orderly end to the end of the lane, for each costs a start.</summary>
    public async Task CheckAccountsAsync()
    {
        if (CrashSettings.Full)
        {
            await CheckAsync();
            return;
        }

        var server = await ServerAsync();
        await HoldAsync(server);
        await stores.SignIns.RefreshAsync(server);
    }

    /// <summary>SIGTERM: an orderly end says 0.</summary>
    public async Task EndAsync(ServerProcess server)
    {
        var code = await server.StopAsync();
        if (code != 0) Violation($"SIGTERM ended it with {code}");
    }

    public Task<VerbRun> ImportAsync(ImportFile file, string? failpoint = null) =>
        ServerBuild.RunAsync(stores, failpoint, null, "import", file.Path);

    /// <summary>Runs an import to its end: every row is there once, whatever happened to the imports before.</summary>
    public async Task ImportMustFinishAsync(ImportFile file)
    {
        var run = await ImportAsync(file);
        if (run.ExitCode != 0) Violation(run.ToString());
        ledger.Imported(file.SourceKeys);
    }
}
