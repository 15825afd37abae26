using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>
/// <c>config.collections</c> and <c>config.chunks</c> as a mongos tells them, kept in the engine, so that they are queried like any collection.
/// The engine is one shard, so a collection is one chunk.
/// </summary>
internal sealed class ShardingCatalog(Engine engine)
{
    public const string Shard = "defaultShard";

    /// <summary>The engine keeps "config" for itself; what is asked of that is asked of this.</summary>
    public const string Config = "strokecare_config";

    /// <summary>By what a collection is sharded; null when it is not.</summary>
    public async Task<BsonDocument?> KeyOfAsync(string collection)
    {
        var find = new BsonDocument { { "find", "collections" }, { "filter", new BsonDocument("_id", collection) }, { "limit", 1 } };
        var row = await engine.CallAsync(default,
            "WITH found AS MATERIALIZED (SELECT document FROM documentdb_api_catalog.bson_aggregation_find($1, $2::documentdb_core.bson)) SELECT document::bytea, NULL::bytea, true, 0::bigint FROM found",
            0, Config, new ReadOnlyMemory<byte>(find.ToBson()));
        return row.Document is { } found ? BsonSerializer.Deserialize<BsonDocument>(found)["key"].AsBsonDocument : null;
    }

    public async Task RecordAsync(string collection, BsonDocument key)
    {
        var uuid = new BsonBinaryData(new Guid(RandomNumberGenerator.GetBytes(16)), GuidRepresentation.Standard);
        await WriteAsync("collections", new BsonDocument { { "_id", collection }, { "key", key }, { "unique", false }, { "uuid", uuid }, { "noBalance", false } });
        await WriteAsync("chunks", new BsonDocument
        {
            { "_id", collection },
            { "uuid", uuid },
            { "min", new BsonDocument(key.Names.Select(name => new BsonElement(name, BsonMinKey.Value))) },
            { "max", new BsonDocument(key.Names.Select(name => new BsonElement(name, BsonMaxKey.Value))) },
            { "shard", Shard },
        });
    }

    /// <summary>Of one collection, or with a name that ends with a dot, of a whole database.</summary>
    public async Task ForgetAsync(string collection)
    {
        foreach (var name in (string[])["collections", "chunks"])
        {
            BsonValue id = collection.EndsWith('.') ? new BsonDocument { { "$gte", collection }, { "$lt", collection[..^1] + '/' } } : collection;
            var delete = new BsonDocument { { "delete", name }, { "deletes", new BsonArray { new BsonDocument { { "q", new BsonDocument("_id", id) }, { "limit", 0 } } } } };
            await engine.CallAsync(default,
                "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.delete($1, $2::documentdb_core.bson)",
                0, Config, new ReadOnlyMemory<byte>(delete.ToBson()));
        }
    }

    private async Task WriteAsync(string name, BsonDocument document)
    {
        var update = new BsonDocument
        {
            { "update", name },
            { "updates", new BsonArray { new BsonDocument { { "q", new BsonDocument("_id", document["_id"]) }, { "u", document }, { "upsert", true } } } },
        };
        await engine.CallAsync(default,
            "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.update($1, $2::documentdb_core.bson)",
            0, Config, new ReadOnlyMemory<byte>(update.ToBson()));
    }
}
