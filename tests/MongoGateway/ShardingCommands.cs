using MongoDB.Bson;

namespace MongoGateway;

/// <summary>shardCollection with what a mongos refuses and the engine lets pass. Only hashed keys: the engine refuses the others itself.</summary>
internal sealed class ShardingCommands(Engine engine, ShardingCatalog sharding, IndexCatalog indexes, IndexBuilds builds)
{
    public async Task<Reply> ShardAsync(Request request)
    {
        var command = request.Document();
        var (database, collection) = Split(request);
        var key = command["key"].AsBsonDocument;
        if (await sharding.KeyOfAsync(request.Collection!) is { } before)
            return before == key ? Sharded(request) : throw new CommandFailure(EngineErrors.AlreadyInitialized, $"sharding already enabled for collection {request.Collection} with options {before}");
        await EnsureIndexAsync(database, collection, key);
        await engine.CallAsync(default,
            "SELECT NULL::bytea, NULL::bytea, documentdb_api.shard_collection($1::documentdb_core.bson) IS NULL, 0::bigint",
            request.MaxTimeMs, request.Body);
        await sharding.RecordAsync(request.Collection!, key);
        return Sharded(request);
    }

    private async Task EnsureIndexAsync(string database, string collection, BsonDocument key)
    {
        IReadOnlyList<BsonDocument> there = await HasDocumentsAsync(database, collection) is { } ? await indexes.ListAsync(database, collection) : [];
        if (there.Any(index => index["name"] != "_id_" && index.GetValue("unique", false).ToBoolean()))
            throw new CommandFailure(EngineErrors.InvalidOptions, $"can't shard collection '{database}.{collection}' with unique index that the shard key does not begin");
        if (there.Any(index => index["key"].AsBsonDocument.GetElement(0) == key.GetElement(0)))
            return;
        if (await HasDocumentsAsync(database, collection) == true)
            throw new CommandFailure(EngineErrors.InvalidOptions, "Please create an index that starts with the proposed shard key before sharding the collection");
        await builds.CreateAsync(database, new BsonDocument
        {
            { "createIndexes", collection },
            { "indexes", new BsonArray { new BsonDocument { { "key", key }, { "name", $"{key.GetElement(0).Name}_hashed" } } } },
        });
    }

    /// <summary>Null: there is no such collection.</summary>
    private async Task<bool?> HasDocumentsAsync(string database, string collection)
    {
        var known = await engine.TextAsync("SELECT collection_id::text FROM documentdb_api_catalog.collections WHERE database_name = $1 AND collection_name = $2", database, collection);
        if (known.Length == 0)
            return null;
        return (await engine.TextAsync($"SELECT (EXISTS (SELECT FROM documentdb_data.documents_{known}))::text")) == "true";
    }

    private static (string Database, string Collection) Split(Request request)
    {
        var dot = request.Collection?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 ? (request.Collection![..dot], request.Collection[(dot + 1)..]) : throw new CommandFailure(EngineErrors.BadValue, "shardCollection needs database.collection");
    }

    private static Reply Sharded(Request request) => Reply.Of(new BsonDocument { { "collectionsharded", request.Collection }, { "ok", 1.0 } });
}
