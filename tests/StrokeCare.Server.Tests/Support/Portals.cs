using System.Collections.Concurrent;
using StrokeCare.Server.Tests.Support;

[assembly: AssemblyFixture(typeof(Portals))]

// Portals are shared and some tests count rows; each test is parallel enough by itself.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace StrokeCare.Server.Tests.Support;

/// <summary>One portal per pair for the tests that do not mind each other's records; started when first asked for.</summary>
public sealed class Portals : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Pair, Lazy<Task<RunningPortal>>> running = new();

    public Task<RunningPortal> OnAsync(Pair pair)
    {
        pair.Require();
        return running.GetOrAdd(pair, key => new(() => RunningPortal.StartAsync(key))).Value;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in running.Values) await (await portal.Value).DisposeAsync();
    }
}
