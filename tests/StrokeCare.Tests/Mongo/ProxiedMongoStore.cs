using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo;

namespace StrokeCare.Tests.Mongo;

/// <summary>The store as it ships, on a way to the server that can be cut.</summary>
public sealed class ProxiedMongoStore : IAsyncDisposable
{
    private ProxiedMongoStore(CuttableProxy proxy, MongoStore store, ChangeSignal changed) => (Proxy, Store, Changed) = (proxy, store, changed);

    public CuttableProxy Proxy { get; }

    public MongoStore Store { get; }

    public ChangeSignal Changed { get; }

    public static async Task<ProxiedMongoStore> OpenAsync(MongoTestDatabase database)
    {
        var address = new MongoUrlBuilder(TestEngines.RequireMongo());
        Assert.NotNull(database.Client);
        var proxy = new CuttableProxy(address.Server.Host, address.Server.Port);
        address.Server = new MongoServerAddress("127.0.0.1", proxy.Port);
        address.DirectConnection = true;
        var changed = new ChangeSignal();
        var store = await MongoStore.OpenAsync(address.ToString(), database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return new(proxy, store, changed);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Proxy.DisposeAsync();
        Changed.Dispose();
    }
}
