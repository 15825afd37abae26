using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using StrokeCare.Changes;
using StrokeCare.Mongo;

namespace StrokeCare.Tests.Mongo;

/// <summary>The store as it ships in a fresh database, each command it sends being kept.</summary>
public sealed class WatchedMongoStore : IAsyncLifetime
{
    private readonly MongoTestDatabase database = new();
    private readonly ChangeSignal changed = new();
    private MongoStore? store;

    public ConcurrentQueue<BsonDocument> Commands { get; } = [];

    /// <summary>Called with each command just before it goes out: what happens in here, happened in between.</summary>
    public Action<BsonDocument>? Sending { get; set; }

    /// <summary>As MONGO_URI may say.</summary>
    public ReadPreference? Preference { get; init; }

    public IMongoDatabase Database => database.Database;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<MongoStore> StoreAsync()
    {
        if (store is not null) return store;
        var settings = MongoAddress.Read(TestEngines.RequireMongo());
        settings.ReadPreference = Preference ?? settings.ReadPreference;
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(e =>
        {
            Commands.Enqueue((BsonDocument)e.Command.DeepClone());
            Sending?.Invoke(e.Command);
        });
        Assert.NotNull(database.Client);
        store = await MongoStore.OpenAsync(settings, database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await store.EnsureIndexesAsync(CancellationToken.None);
        await store.EnsureUserIndexesAsync(CancellationToken.None);
        return store;
    }

    /// <summary>The commands that this work sent, of these kinds.</summary>
    public async Task<List<BsonDocument>> DuringAsync(Func<Task> work, params string[] kinds)
    {
        Commands.Clear();
        await work();
        return [.. Commands.Where(c => kinds.Contains(c.GetElement(0).Name))];
    }

    /// <summary>Another process's, to be disposed of.</summary>
    public Task<MongoStore> AnotherStoreAsync() =>
        MongoStore.OpenAsync(TestEngines.RequireMongo(), database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    internal MongoParts Parts(TimeProvider time, TimeProvider? timeOfDead = null) => new(database.Name, time, timeOfDead ?? time);

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        await database.DisposeAsync();
        changed.Dispose();
    }
}
