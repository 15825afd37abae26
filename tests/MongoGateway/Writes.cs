using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using Npgsql;

namespace MongoGateway;

/// <summary>insert, update, delete and findAndModify; their documents pass through encoded, only failures are rewritten.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A SemaphoreSlim without a wait handle holds nothing; it lives as long as the process.")]
internal sealed class Writes(Engine engine, GivenReplies given)
{
    private readonly SemaphoreSlim _conflicts = new(1, 1);

    /// <summary>
    /// A conflict that the engine reports inside its result, such as a deadlock of inserts that race for one key, is tried again, too;
    /// one by one, as those that lost would else only meet each other anew.
    /// </summary>
    public async Task<Reply> ApplyAsync(Request request, Scope scope)
    {
        var reply = await OnceAsync(request, scope);
        if (scope.Connection is not null || !IsConflictOnly(reply))
            return await ReplyAsync(request, reply);
        await _conflicts.WaitAsync();
        try
        {
            for (var attempt = 1; attempt < Engine.ConflictAttempts && IsConflictOnly(reply); attempt++)
            {
                // Those still in their first attempt meet each other meanwhile.
                await Task.Delay(attempt * 10);
                reply = await OnceAsync(request, scope);
            }
        }
        finally
        {
            _conflicts.Release();
        }
        return await ReplyAsync(request, reply);
    }

    public async Task<Reply> FindAndModifyAsync(Request request, Scope scope) =>
        new((await CallAsync(request, scope, "documentdb_api.find_and_modify($1, $2::documentdb_core.bson)", request.Database, request.Body)).Document!);

    /// <summary>The answer to a retry, from what the engine answered the first time.</summary>
    public async Task<Reply> RepeatAsync(Request request, byte[] first) => new(await RewriteAsync(request, first));

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

    private Task<EngineRow> OnceAsync(Request request, Scope scope) => request.Sequence.IsEmpty
        ? CallAsync(request, scope, $"documentdb_api.{request.Name}($1, $2::documentdb_core.bson)", request.Database, request.Body)
        : CallAsync(request, scope, $"documentdb_api.{request.Name}($1, $2::documentdb_core.bson, $3::documentdb_core.bsonsequence)", request.Database, request.Body, request.Sequence);

    private Task<EngineRow> CallAsync(Request request, Scope scope, string function, params object[] arguments) => request.IsRetryableWrite
        ? given.WriteAsync(request, function, arguments)
        : engine.CallAsync(scope, $"SELECT p_result::bytea, NULL::bytea, p_success, 0::bigint FROM {function}", request.MaxTimeMs, arguments);

    private async Task<Reply> ReplyAsync(Request request, EngineRow row) => row.Succeeded
        ? new Reply(row.Document!)
        : new Reply(await RewriteAsync(request, row.Document!), HasWriteErrors: true);

    /// <summary>Nothing was written and nothing but conflicts stood in the way.</summary>
    private static bool IsConflictOnly(EngineRow row)
    {
        if (row.Succeeded)
            return false;
        var reply = BsonSerializer.Deserialize<BsonDocument>(row.Document!);
        return reply.GetValue("n", 0).ToInt64() == 0 && reply.TryGetValue("writeErrors", out var errors)
            && errors.AsBsonArray.All(error => EngineErrors.CodeOfPacked(error["code"].ToInt32()) == EngineErrors.WriteConflict);
    }

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
