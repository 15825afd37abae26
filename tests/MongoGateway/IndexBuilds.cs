using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>
/// createIndexes, answered when the indexes are built. The engine only queues a build on an existing collection, for a worker that looks every
/// two seconds; here the gateway works the queue itself while it waits, so that a build takes milliseconds and its failure reaches the client.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A SemaphoreSlim without a wait handle holds nothing; it lives as long as the process.")]
internal sealed class IndexBuilds(Engine engine)
{
    /// <summary>The engine's own two workers are 1 and 2; one worker of a number runs at a time.</summary>
    private const string WorkQueue = "CALL documentdb_api_internal.build_index_concurrently(3)";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _worker = new(1, 1);

    public Task<Reply> CreateAsync(Request request) => CreateAsync(request.Database, request.Body, request.MaxTimeMs);

    public Task<Reply> CreateAsync(string database, BsonDocument command) => CreateAsync(database, command.ToBson(), 0);

    private async Task<Reply> CreateAsync(string database, ReadOnlyMemory<byte> command, long maxTimeMs)
    {
        var row = await engine.CallAsync(default,
            "SELECT retval::bytea, requests::bytea, ok, 0::bigint FROM documentdb_api.create_indexes_background($1, $2::documentdb_core.bson)",
            maxTimeMs, database, command);
        var outcome = Outcome(row);
        if (row.Second is { } queued && BsonSerializer.Deserialize<BsonDocument>(queued).Contains("indexRequest"))
            await BuiltAsync(queued);
        outcome["ok"] = 1.0;
        return Reply.Of(outcome);
    }

    public async Task<Reply> DropAsync(Request request, Scope scope)
    {
        var row = await engine.CallAsync(scope,
            "SELECT documentdb_api_internal.drop_indexes_non_concurrently($1, $2::documentdb_core.bson)::bytea, NULL::bytea, true, 0::bigint",
            request.MaxTimeMs, request.Database, request.Body);
        var reply = BsonSerializer.Deserialize<BsonDocument>(row.Document!);
        reply["ok"] = 1.0;
        return Reply.Of(reply);
    }

    private async Task BuiltAsync(byte[] queued)
    {
        while (true)
        {
            var status = await engine.CallAsync(default,
                "SELECT retval::bytea, NULL::bytea, ok, complete::int::bigint FROM documentdb_api_internal.check_build_index_status($1::documentdb_core.bson)",
                0, new ReadOnlyMemory<byte>(queued));
            if (!status.Succeeded)
                Outcome(status);
            if (status.Number == 1)
                return;
            await WorkAsync();
            await Task.Delay(Pause);
        }
    }

    private async Task WorkAsync()
    {
        await _worker.WaitAsync();
        try
        {
            await engine.ExecuteAsync(WorkQueue);
        }
        finally
        {
            _worker.Release();
        }
    }

    /// <summary>The result of the one shard there is, or its error thrown.</summary>
    private static BsonDocument Outcome(EngineRow row)
    {
        var answer = BsonSerializer.Deserialize<BsonDocument>(row.Document!);
        var outcome = answer.TryGetValue("raw", out var raw) ? raw["defaultShard"].AsBsonDocument : answer;
        if (row.Succeeded)
            return outcome;
        throw new CommandFailure(EngineErrors.CodeOfPacked(outcome.GetValue("code", EngineErrors.InternalError).ToInt32()),
            outcome.GetValue("errmsg", "index build failed").AsString);
    }
}
