using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Mongo.Accounts;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.Topologies;

/// <summary>What is spread over shards and by what, and what is not and why: what no shard key can keep unique is claimed, or stays on one shard.</summary>
internal sealed class Sharding(MongoConnection connection)
{
    /// <summary>By collection. Hashed, so that records spread evenly from the first; by what each is asked for, so that one shard answers.</summary>
    public static IReadOnlyDictionary<string, BsonDocument> Keys { get; } = new Dictionary<string, BsonDocument>(StringComparer.Ordinal)
    {
        [PatientCollection.Name] = new(PatientFields.Id, "hashed"),
        [HistoryCollection.Name] = new(HistoryFields.PatientId, "hashed"),
    };

    /// <summary>Why these are not sharded.</summary>
    public static IReadOnlyDictionary<string, string> Unsharded { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [AppointmentCollection.Name] =
            "two unique indexes, by doctor and by patient, keep time from being booked twice, and no shard key begins both; it stays small (1,000 doctors with 20 appointments a day are about 5 GB a year)",
        [UniqueKeys.Collection] = "what is claimed in it is unique because it is on one shard",
        [NameCollection.Name] = "each name is in it once, so it stays small",
        [UserCollection.Name] = "names and addresses are unique by index, and it stays small",
        [UserIds.Collection] = "it holds a single number",
    };

    private IMongoDatabase Config => connection.Database.Client.GetDatabase("config").WithReadPreference(ReadPreference.Primary);

    /// <summary>What is sharded in this database, by collection; null when this user may not know.</summary>
    public async Task<IReadOnlyDictionary<string, ShardedCollection>?> ReadAsync(CancellationToken ct)
    {
        var mine = Keys.Keys.Concat(Unsharded.Keys).Select(NamespaceOf);
        // An older server marks what was dropped instead of deleting it.
        var filter = Builders<BsonDocument>.Filter.In("_id", mine) & Builders<BsonDocument>.Filter.Ne("dropped", true) & Builders<BsonDocument>.Filter.Exists("key");
        try
        {
            var found = await connection.ReadAsync(token => Config.GetCollection<BsonDocument>("collections").Find(filter).ToListAsync(token), ct);
            return found.ToDictionary(entry => entry["_id"].AsString[(connection.Database.DatabaseNamespace.DatabaseName.Length + 1)..], entry => new ShardedCollection(entry), StringComparer.Ordinal);
        }
        catch (MongoCommandException refused) when (AdminQuestions.IsRefusal(refused))
        {
            return null;
        }
    }

    /// <summary>How many chunks each shard has of a collection.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ChunksAsync(ShardedCollection sharded, CancellationToken ct)
    {
        var group = new BsonDocument { { "_id", "$shard" }, { "chunks", new BsonDocument("$sum", 1) } };
        var found = await connection.ReadAsync(
            token => Config.GetCollection<BsonDocument>("chunks").Aggregate().Match(sharded.Chunks).Group<BsonDocument>(group).ToListAsync(token), ct);
        return new SortedDictionary<string, long>(found.ToDictionary(shard => shard["_id"].AsString, shard => shard["chunks"].ToInt64(), StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Spreads a collection over the shards. False: it is already, by the same key. The balancer moves what is there by and by.</summary>
    /// <exception cref="MongoCommandException">The cluster refuses, for one thing because it is sharded by another key.</exception>
    public async Task<bool> ShardAsync(string collection, CancellationToken ct)
    {
        var key = Keys[collection];
        if (await ReadAsync(ct) is { } known && known.TryGetValue(collection, out var sharded) && sharded.Key == key) return false;
        // A collection that holds something is refused without an index of its key.
        await connection.AdministerAsync(() => connection.Database.GetCollection<BsonDocument>(collection).Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(new BsonDocumentIndexKeysDefinition<BsonDocument>(key)), cancellationToken: ct));
        // Needed before version 6.0, and lawful since.
        await connection.AdministerAsync(() => connection.Admin().RunCommandAsync<BsonDocument>(new BsonDocument("enableSharding", connection.Database.DatabaseNamespace.DatabaseName), cancellationToken: ct));
        await connection.AdministerAsync(() => connection.Admin().RunCommandAsync<BsonDocument>(
            new BsonDocument { { "shardCollection", NamespaceOf(collection) }, { "key", key } }, cancellationToken: ct));
        return true;
    }

    /// <summary>How collections are sharded that must not be, or not so. Records in them could double: nothing may be written.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, ShardedCollection> sharded)
    {
        foreach (var (collection, by) in sharded)
        {
            if (Unsharded.TryGetValue(collection, out var reason))
                yield return $"{collection} is sharded by {by.Key} and must not be: {reason}. unshardCollection (MongoDB 8.0) brings it together again.";
            else if (by.Key != Keys[collection])
                yield return $"{collection} is sharded by {by.Key}, where the same _id could be given on two shards. reshardCollection with the key {Keys[collection]} puts that right.";
        }
    }

    private string NamespaceOf(string collection) => $"{connection.Database.DatabaseNamespace.DatabaseName}.{collection}";
}

/// <summary>An entry of <c>config.collections</c>.</summary>
internal sealed class ShardedCollection(BsonDocument entry)
{
    public BsonDocument Key { get; } = entry["key"].AsBsonDocument;

    /// <summary>Those of its entries in <c>config.chunks</c>, which since version 5.0 name it by its uuid.</summary>
    public FilterDefinition<BsonDocument> Chunks => entry.TryGetValue("uuid", out var uuid)
        ? Builders<BsonDocument>.Filter.Eq("uuid", uuid) | Builders<BsonDocument>.Filter.Eq("ns", entry["_id"])
        : Builders<BsonDocument>.Filter.Eq("ns", entry["_id"]);
}
