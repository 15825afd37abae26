using System.Collections.Concurrent;
using StrokeCare.Server.Tests.Access;
using StrokeCare.Server.Tests.Support;

[assembly: AssemblyFixture(typeof(AccessStage))]

namespace StrokeCare.Server.Tests.Access;

/// <summary>Portals of the access tests alone: these look at every entity and every row of the log there is. Started when first asked for.</summary>
public sealed class AccessStage : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Pair, Lazy<Task<Scene>>> scenes = new();

    internal Task<Scene> OnAsync(Pair pair)
    {
        pair.Require();
        return scenes.GetOrAdd(pair, key => new(() => StartAsync(key))).Value;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // One that did not start has failed its tests already.
        foreach (var scene in scenes.Values.Where(scene => scene.Value.IsCompletedSuccessfully)) await (await scene.Value).Portal.DisposeAsync();
    }

    private static async Task<Scene> StartAsync(Pair pair)
    {
        var portal = await RunningPortal.StartAsync(pair);
        return new Scene(portal, await Cast.OnAsync(portal));
    }
}
