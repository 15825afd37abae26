using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>insert, update, delete and findAndModify; their documents pass through encoded, only failures are rewritten.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A SemaphoreSlim without a wait handle holds nothing; it lives as long as the process.")]
internal sealed class Writes(Engine engine, GivenReplies given, IndexCatalog indexes, DuplicateKeys duplicates)
{
    private readonly SemaphoreSlim _conflicts = new(1, 1);

    /// <summary>
    /// A conflict that the engine reports inside its result, such as a deadlock of inserts that race for one key, is tried again, too;
    /// one by one, as those that lost would else only meet each other anew.
    /// </summary>
    public async Task<Reply> ApplyAsync(Request request, Scope scope)
    {
        Refusals.EnsureNoSort(request);
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

    public async Task<Reply> FindAndModifyAsync(Request request, Scope scope)
    {
        // The engine refuses a hint here, and needs none to find one document by.
        var body = await indexes.WithoutHintAsync(request);
        return new((await CallAsync(request, scope, "documentdb_api.find_and_modify($1, $2::documentdb_core.bson)", request.Database, body)).Document!);
    }

    /// <summary>The answer to a retry, from what the engine answered the first time.</summary>
    public async Task<Reply> RepeatAsync(Request request, byte[] first) => new(await RewriteAsync(request, first));

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
                error["errmsg"] = await duplicates.DescribeAsync(request, error);
        }
        return reply.ToBson();
    }
}
