using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>insert, update, delete and findAndModify; their documents pass through encoded, only failures are rewritten.</summary>
internal sealed class Writes(Engine engine, GivenReplies given, IndexCatalog indexes, DuplicateKeys duplicates, ValidationFailures validations)
{
    public async Task<Reply> ApplyAsync(Request request, Scope scope)
    {
        Refusals.EnsureNoSort(request);
        return await ReplyAsync(request, await OnceAsync(Rewordings.WithOneId(request), scope));
    }

    public async Task<Reply> FindAndModifyAsync(Request request, Scope scope)
    {
        // The engine refuses a hint here, and needs none to find one document by.
        var body = await indexes.WithoutHintAsync(Rewordings.WithOneId(request));
        return new((await CallAsync(request, scope, "documentdb_api.find_and_modify($1, $2::documentdb_core.bson)", request.Database, body)).Document!);
    }

    /// <summary>The answer to a retry, from what the engine answered the first time.</summary>
    public async Task<Reply> RepeatAsync(Request request, byte[] first) => new(await RewriteAsync(request, first));

    private Task<EngineRow> OnceAsync(Request request, Scope scope) => request.Sequence.IsEmpty
        ? CallAsync(request, scope, $"documentdb_api.{request.Name}($1, $2::documentdb_core.bson)", request.Database, request.Body)
        : CallAsync(request, scope, $"documentdb_api.{request.Name}($1, $2::documentdb_core.bson, $3::documentdb_core.bsonsequence)", request.Database, request.Body, request.Sequence);

    private Task<EngineRow> CallAsync(Request request, Scope scope, string function, params object[] arguments) => request.IsRetryableWrite
        ? given.WriteAsync(request, function, arguments)
        : engine.CallAsync(scope, $"SELECT p_result::bytea, NULL::bytea, {WriteOutcome.Settled}, 0::bigint FROM {function}", request.MaxTimeMs, arguments);

    private async Task<Reply> ReplyAsync(Request request, EngineRow row) => row.Succeeded
        ? new Reply(row.Document!)
        : new Reply(await RewriteAsync(request, row.Document!), HasWriteErrors: true);

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
            if (code == EngineErrors.DocumentFailedValidation)
                error["errInfo"] = await validations.DescribeAsync(request, error["index"].ToInt32());
        }
        return reply.ToBson();
    }
}
