using System.Collections.Concurrent;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Stores with an admin and a doctor, made once per pair: hashing passwords is slow by design.</summary>
internal static class ClinicTemplate
{
    private static readonly ConcurrentDictionary<StorePair, Lazy<Task<ClinicStores>>> Templates = new();

    /// <summary>Fresh stores; the end of the test where an engine is missing.</summary>
    public static async Task<ClinicStores> NewStoresAsync(StorePair pair)
    {
        if (pair.Postgres) TestEngines.RequirePostgres();
        if (pair.Mongo) TestEngines.RequireMongo();
        var template = await Templates.GetOrAdd(pair, p => new(() => MakeAsync(p))).Value;
        return await template.CopyAsync();
    }

    /// <summary>Removes the templates; called when the last test is done.</summary>
    public static async Task RemoveAsync()
    {
        foreach (var template in Templates.Values)
        {
            if (template.Value.IsCompletedSuccessfully) await (await template.Value).DisposeAsync();
        }
    }

    private static async Task<ClinicStores> MakeAsync(StorePair pair)
    {
        var stores = await ClinicStores.EmptyAsync(pair);
        if (pair.Postgres) (await ServerBuild.RunAsync(stores, null, null, "migrate")).MustSucceed();
        await CreateUserAsync(stores, SignIns.Admin, "admin");
        await CreateUserAsync(stores, SignIns.Doctor, "doctor");
        await using var server = await ServerProcess.Start(stores).MustBeReadyAsync();
        await stores.SignIns.RefreshAsync(server);
        await server.StopAsync();
        return stores;
    }

    private static async Task CreateUserAsync(ClinicStores stores, string name, string role) =>
        (await ServerBuild.RunAsync(
            stores, null, SignIns.Password + "\n",
            "create-user", "--username", name, "--email", $"{name}@clinic.example", "--role", role, "--password-stdin")).MustSucceed();
}

/// <summary>Removes the templates at the end of the run.</summary>
public sealed class CrashRun : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await ClinicTemplate.RemoveAsync();
}
