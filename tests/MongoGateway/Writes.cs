using System.Buffers.Binary;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using Npgsql;

namespace MongoGateway;

/// <summary>insert, update, delete and findAndModify; their documents pass through encoded, only failures are rewritten.</summary>
internal sealed class Writes(Engine engine)
{
    public async Task<Reply> ApplyAsync(Request request, Scope scope)
    {
        var row = request.Sequence.IsEmpty
            ? await engine.CallAsync(scope, Sql(request.Name, sequence: false), request.MaxTimeMs, request.Database, request.Body)
            : await engine.CallAsync(scope, Sql(request.Name, sequence: true), request.MaxTimeMs, request.Database, request.Body, request.Sequence);
        return row.Succeeded
            ? new Reply(row.Document!)
            : new Reply(await RewriteAsync(request, row.Document!), HasWriteErrors: true);
    }

    public async Task<Reply> FindAndModifyAsync(Request request, Scope scope)
    {
        var row = await engine.CallAsync(scope,
            "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.find_and_modify($1, $2::documentdb_core.bson)",
            request.MaxTimeMs, request.Database, request.Body);
        return new Reply(row.Document!);
    }

    /// <summary>The failure of a whole command; a duplicate key is told as MongoDB tells it.</summary>
    public async Task<CommandFailure> ExplainDuplicateAsync(Request request, PostgresException error)
    {
        var failure = EngineErrors.Translate(error);
        if (failure.Code != EngineErrors.DuplicateKey || request.Collection is null)
            return failure;
        var details = new BsonDocument();
        var message = await DescribeAsync(request, failure.Message, document: null, details);
        return new CommandFailure(failure.Code, message) { Details = details };
    }

    private static string Sql(string name, bool sequence) => (name, sequence) switch
    {
        ("insert", true) => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.insert($1, $2::documentdb_core.bson, $3::documentdb_core.bsonsequence)",
        ("update", true) => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.update($1, $2::documentdb_core.bson, $3::documentdb_core.bsonsequence)",
        ("delete", true) => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.delete($1, $2::documentdb_core.bson, $3::documentdb_core.bsonsequence)",
        ("insert", false) => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.insert($1, $2::documentdb_core.bson)",
        ("update", false) => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.update($1, $2::documentdb_core.bson)",
        _ => "SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM documentdb_api.delete($1, $2::documentdb_core.bson)",
    };

    private async Task<byte[]> RewriteAsync(Request request, byte[] document)
    {
        var reply = BsonSerializer.Deserialize<BsonDocument>(document);
        if (!reply.TryGetValue("writeErrors", out var errors))
            return document;
        foreach (var error in errors.AsBsonArray.Select(item => item.AsBsonDocument))
        {
            var code = EngineErrors.CodeOfPacked(error["code"].ToInt32());
            error["code"] = code;
            if (code == EngineErrors.DuplicateKey)
                error["errmsg"] = await DescribeAsync(request, error["errmsg"].AsString, Inserted(request, error["index"].ToInt32()), error);
        }
        return reply.ToBson();
    }

    /// <summary>MongoDB's text of a duplicate key, and keyPattern and keyValue as far as they can be told.</summary>
    private async Task<string> DescribeAsync(Request request, string engineMessage, BsonDocument? document, BsonDocument details)
    {
        var index = IndexNamed(engineMessage);
        var message = $"E11000 duplicate key error collection: {request.Database}.{request.Collection} index: {index}";
        if (await KeyOfAsync(request, index) is not { } key)
            return message;
        details["keyPattern"] = key;
        if (document is null)
            return message;
        var value = new BsonDocument(key.Names.Select(name => new BsonElement(name, ValueAt(document, name))));
        details["keyValue"] = value;
        return $"{message} dup key: {value.ToJson()}";
    }

    /// <summary>The engine names the index in quotes; PostgreSQL's own message means the primary key, which is the _id.</summary>
    private static string IndexNamed(string engineMessage)
    {
        var open = engineMessage.IndexOf('\'', StringComparison.Ordinal);
        var close = engineMessage.LastIndexOf('\'');
        return close > open && open >= 0 ? engineMessage[(open + 1)..close] : "_id_";
    }

    private async Task<BsonDocument?> KeyOfAsync(Request request, string index)
    {
        if (index == "_id_")
            return new BsonDocument("_id", 1);
        var list = new BsonDocument { { "listIndexes", request.Collection! }, { "cursor", new BsonDocument("batchSize", 1000) } };
        var row = await engine.CallAsync(default,
            "SELECT cursorpage::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.list_indexes_cursor_first_page($1, $2::documentdb_core.bson)",
            0, request.Database, new ReadOnlyMemory<byte>(list.ToBson()));
        var indexes = BsonSerializer.Deserialize<BsonDocument>(row.Document!)["cursor"]["firstBatch"].AsBsonArray;
        return indexes.FirstOrDefault(item => item["name"] == index)?["key"].AsBsonDocument;
    }

    /// <summary>The document of an insert that failed; null for updates, whose resulting values only the engine knows.</summary>
    private static BsonDocument? Inserted(Request request, int index)
    {
        if (request.Name != "insert")
            return null;
        if (request.Sequence.IsEmpty)
            return request.Document()["documents"][index].AsBsonDocument;
        var rest = request.Sequence;
        for (; index > 0; index--)
            rest = rest[BinaryPrimitives.ReadInt32LittleEndian(rest.Span)..];
        return BsonSerializer.Deserialize<BsonDocument>(rest[..BinaryPrimitives.ReadInt32LittleEndian(rest.Span)].ToArray());
    }

    private static BsonValue ValueAt(BsonDocument document, string path)
    {
        BsonValue value = document;
        foreach (var name in path.Split('.'))
            value = value is BsonDocument inner && inner.TryGetValue(name, out var next) ? next : BsonNull.Value;
        return value;
    }
}
