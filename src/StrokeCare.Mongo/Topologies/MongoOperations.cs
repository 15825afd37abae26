using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Topologies;

/// <summary>What came of sharding one collection by a key, told as JSON; not new when it was sharded so already.</summary>
public sealed record ShardingOutcome(string Collection, string Key, bool IsNew);

/// <summary>What an operator asks MongoDB and does to it, beside a serving portal or before the first.</summary>
public sealed class MongoOperations
{
    private readonly MongoConnection connection;
    private readonly MongoStore store;
    private readonly Sharding sharding;

    internal MongoOperations(MongoConnection connection, MongoStore store) => (this.connection, this.store, sharding) = (connection, store, new(connection));

    /// <summary>Why a collection is never sharded, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Unsharded => Sharding.Unsharded;

    /// <summary>Those that <see cref="ShardAsync"/> shards.</summary>
    public static IEnumerable<string> Shardable => Sharding.Keys.Keys;

    public async Task<MongoStatus> StatusAsync(bool withAccounts, CancellationToken ct)
    {
        var (topology, sharded) = await ReadAsync(ct);
        var collections = new List<CollectionStatus>();
        foreach (var (name, declared) in Declared(withAccounts)) collections.Add(await OfAsync(name, declared, sharded, ct));
        return new()
        {
            Database = connection.Database.DatabaseNamespace.DatabaseName,
            Topology = topology,
            WriteConcern = Spelled(connection.Database.Settings.WriteConcern),
            DeploymentId = await store.DeploymentIdAsync(ct),
            Collections = collections,
            Warnings = [.. Warnings(topology, sharded)],
            Refusals = [.. sharded is null ? [] : Sharding.Faults(sharded), .. await store.Adoption.NeededAsync(ct) is { } unadopted ? [$"the database {unadopted}"] : Array.Empty<string>()],
        };
    }

    /// <summary>What a portal has to know before it writes: why it must not, and what is to be said aloud.</summary>
    public async Task<(IReadOnlyList<string> Refusals, IReadOnlyList<string> Warnings)> LookAsync(CancellationToken ct)
    {
        var (topology, sharded) = await ReadAsync(ct);
        return (sharded is null ? [] : [.. Sharding.Faults(sharded)], [.. Warnings(topology, sharded)]);
    }

    /// <summary>
    /// Creates what is missing, and gives what another system made under a name of its own the name that queries ask for.
    /// Answers how each index was found. One that is different under our name is left: what it is for is not known.
    /// </summary>
    public async Task<IReadOnlyList<IndexReport>> CreateIndexesAsync(bool withAccounts, CancellationToken ct)
    {
        var reports = new List<IndexReport>();
        foreach (var (name, declared) in Declared(withAccounts))
        {
            var found = await IndexesAsync(name, ct);
            var before = DeclaredIndexes.Compare(name, declared, found).ToList();
            var indexes = connection.Database.GetCollection<BsonDocument>(name).Indexes;
            foreach (var model in declared)
            {
                var state = before.Single(report => report.Name == model.Options.Name && report.State != IndexState.Foreign).State;
                // Two of one kind cannot be side by side; a query that asks by name waits for the new one.
                if (state == IndexState.OtherName) await connection.AdministerAsync(() => indexes.DropOneAsync(DeclaredIndexes.NameOfSame(model, found), ct));
                if (state is IndexState.OtherName or IndexState.Missing) await connection.AdministerAsync(() => indexes.CreateOneAsync(model, cancellationToken: ct));
            }

            reports.AddRange(before);
        }

        return reports;
    }

    public Task<MongoTopology> TopologyAsync(CancellationToken ct) => MongoTopology.ReadAsync(connection, ct);

    /// <summary>Null when these are no shards to spread anything over; else what was done, or was already.</summary>
    public async Task<IReadOnlyList<ShardingOutcome>?> ShardAsync(IEnumerable<string> collections, CancellationToken ct)
    {
        if ((await TopologyAsync(ct)).Kind != TopologyKind.Sharded) return null;
        var outcomes = new List<ShardingOutcome>();
        foreach (var name in collections) outcomes.Add(new(name, Sharding.Keys[name].ToString(), await sharding.ShardAsync(name, ct)));
        return outcomes;
    }

    private async Task<(MongoTopology Topology, IReadOnlyDictionary<string, ShardedCollection>? Sharded)> ReadAsync(CancellationToken ct)
    {
        var topology = await MongoTopology.ReadAsync(connection, ct);
        return (topology, topology.Kind == TopologyKind.Sharded ? await sharding.ReadAsync(ct) : null);
    }

    private async Task<CollectionStatus> OfAsync(
        string name, IReadOnlyList<CreateIndexModel<BsonDocument>> declared, IReadOnlyDictionary<string, ShardedCollection>? sharded, CancellationToken ct)
    {
        var by = sharded?.GetValueOrDefault(name);
        var pending = ChangesOf(name) is { } changes ? await changes.PendingStateAsync(ct) : new(0, null);
        return new()
        {
            Name = name,
            Documents = await connection.ReadAsync(token => connection.Database.GetCollection<BsonDocument>(name).EstimatedDocumentCountAsync(null, token), ct),
            ShardedBy = by?.Key.ToString(),
            Chunks = by is null ? new Dictionary<string, long>() : await sharding.ChunksAsync(by, ct),
            Indexes = [.. DeclaredIndexes.Compare(name, declared, await IndexesAsync(name, ct))],
            Pending = pending.Count,
            OldestPending = pending.OldestSince,
        };
    }

    private IChangeSource? ChangesOf(string collection) => collection switch
    {
        Patients.PatientCollection.Name => store.Changes,
        History.HistoryCollection.Name => store.HistoryChanges,
        Appointments.AppointmentCollection.Name => store.AppointmentChanges,
        Accounts.UserCollection.Name => store.UserChanges,
        _ => null,
    };

    private Task<List<BsonDocument>> IndexesAsync(string collection, CancellationToken ct) => connection.ReadAsync(
        async token => await (await connection.Database.GetCollection<BsonDocument>(collection).Indexes.ListAsync(token)).ToListAsync(token), ct);

    private static IEnumerable<KeyValuePair<string, IReadOnlyList<CreateIndexModel<BsonDocument>>>> Declared(bool withAccounts) =>
        withAccounts ? DeclaredIndexes.Clinical.Concat(DeclaredIndexes.Accounts) : DeclaredIndexes.Clinical;

    private static IEnumerable<string> Warnings(MongoTopology topology, IReadOnlyDictionary<string, ShardedCollection>? sharded)
    {
        foreach (var warning in topology.Warnings()) yield return warning;
        if (topology.Kind != TopologyKind.Sharded) yield break;
        if (sharded is null)
        {
            yield return "The user in MONGO_URI may not read config.collections: how collections are sharded is not known here. The role clusterMonitor lets it.";
            yield break;
        }

        foreach (var name in Sharding.Keys.Keys.Where(name => !sharded.ContainsKey(name)))
            yield return $"{name} is not sharded: it is on one shard. strokecare mongo shard spreads it.";
    }

    private static string Spelled(WriteConcern concern) => $"w: {concern.W}, j: {(concern.Journal == true ? "true" : "false")}";
}
