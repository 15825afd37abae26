using System.Globalization;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>The indexes of a collection, as far as answers need them.</summary>
internal sealed class IndexCatalog(Engine engine)
{
    /// <summary>Name and key of each.</summary>
    public async Task<IReadOnlyList<BsonDocument>> ListAsync(string database, string collection)
    {
        var list = new BsonDocument { { "listIndexes", collection }, { "cursor", new BsonDocument("batchSize", 1000) } };
        var row = await engine.CallAsync(default,
            "SELECT cursorpage::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.list_indexes_cursor_first_page($1, $2::documentdb_core.bson)",
            0, database, new ReadOnlyMemory<byte>(list.ToBson()));
        return [.. BsonSerializer.Deserialize<BsonDocument>(row.Document!)["cursor"]["firstBatch"].AsBsonArray.Select(item => item.AsBsonDocument)];
    }

    /// <summary>The name of the index that the engine's constraint belongs to; null when it is not one of an index of ours.</summary>
    public async Task<string?> NameOfAsync(string? constraint)
    {
        const string prefix = "documents_rum_index_";
        if (constraint?.StartsWith(prefix, StringComparison.Ordinal) != true || !int.TryParse(constraint.AsSpan(prefix.Length), CultureInfo.InvariantCulture, out var id))
            return null;
        var name = await engine.TextAsync("SELECT (index_spec).index_name FROM documentdb_api_catalog.collection_indexes WHERE index_id = $1", id);
        return name.Length > 0 ? name : null;
    }

    /// <summary>The command without its hint, which must name an index that exists.</summary>
    public async Task<ReadOnlyMemory<byte>> WithoutHintAsync(Request request)
    {
        if (!request.HasHint || request.Collection is null)
            return request.Body;
        var command = request.Document();
        var hint = command["hint"];
        var known = await ListAsync(request.Database, request.Collection);
        if (!known.Any(index => hint == index["name"] || hint == index["key"]))
            throw new CommandFailure(EngineErrors.BadValue, "hint provided does not correspond to an existing index");
        command.Remove("hint");
        return command.ToBson();
    }
}
