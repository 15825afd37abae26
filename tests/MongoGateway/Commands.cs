using MongoDB.Bson;
using Npgsql;

namespace MongoGateway;

/// <summary>A command's answer, encoded, and whether it reports failed writes (which end a transaction).</summary>
internal readonly record struct Reply(byte[] Document, bool HasWriteErrors = false)
{
    public static Reply Of(BsonDocument document) => new(document.ToBson());

    public static Reply Ok { get; } = Of(new BsonDocument("ok", 1.0));
}

/// <summary>Routes each command to the engine; the list of what the gateway speaks is <see cref="DispatchAsync"/>.</summary>
internal sealed class Commands(Engine engine, Sessions sessions, Cursors cursors, Identity identity, TimeProvider time)
{
    private readonly GivenReplies _given = new(engine);
    private readonly DuplicateKeys _duplicates = new(new IndexCatalog(engine));
    private readonly ValidationFailures _validations = new(engine);
    private readonly Writes _writes = new(engine, new GivenReplies(engine), new IndexCatalog(engine), new DuplicateKeys(new IndexCatalog(engine)), new ValidationFailures(engine));
    private readonly Collections _collections = new(engine, new ShardingCatalog(engine));
    private readonly ShardingCommands _sharding = new(engine, new ShardingCatalog(engine), new IndexCatalog(engine), new IndexBuilds(engine));
    private readonly IndexBuilds _indexBuilds = new(engine);
    private readonly Explain _explain = new(engine);
    private readonly Transactions _transactions = new(engine, sessions, time);

    /// <summary>The reply to a request. Throws only when the engine is away: the client's connection is then closed, as a dead server's would be.</summary>
    public async Task<byte[]> RunAsync(Request request, int client)
    {
        try
        {
            identity.EnsureMayBeNumbered(request);
            if (request.InTransaction)
                return (await _transactions.RunAsync(request, client, scope => DispatchAsync(request, scope, client))).Document;
            if (request.IsRetryableWrite)
                return await RunOnceAsync(request, client);
            return (await DispatchAsync(request, default, client)).Document;
        }
        catch (PostgresException error) when (!EngineErrors.IsOutage(error))
        {
            return Failed(request, await ExplainAsync(request, error));
        }
        catch (NpgsqlException error) when (error.InnerException is TimeoutException && request.MaxTimeMs > 0)
        {
            return Failed(request, new CommandFailure(EngineErrors.MaxTimeExpired, "operation exceeded time limit"));
        }
        catch (CommandFailure failure)
        {
            return Failed(request, failure);
        }
    }

    private async Task<CommandFailure> ExplainAsync(Request request, PostgresException error)
    {
        var failure = await _duplicates.ExplainAsync(request, error);
        if (failure.Code == EngineErrors.DocumentFailedValidation && request.Name is "findAndModify" or "findandmodify")
            failure.Details["errInfo"] = await _validations.DescribeAsync(request);
        return failure;
    }

    private static byte[] Failed(Request request, CommandFailure failure) => EngineErrors.Reply(failure, ErrorLabels.Of(failure.Code, request));

    private async Task<byte[]> RunOnceAsync(Request request, int client)
    {
        var mine = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (sessions.FindReply(request, mine, out var earlier, out var mayHaveRun))
            return await earlier;
        try
        {
            // Another gateway, or this one while the engine died, may have applied it: the engine knows.
            var reply = mayHaveRun && await _given.FindAsync(request) is { } given
                ? await _writes.RepeatAsync(request, given)
                : await DispatchAsync(request, default, client);
            mine.SetResult(reply.Document);
            return reply.Document;
        }
        catch (Exception error)
        {
            sessions.ForgetReply(request);
            mine.SetException(error);
            _ = mine.Task.Exception; // observed: usually no retry is waiting for it
            throw;
        }
    }

    private async Task<Reply> DispatchAsync(Request request, Scope scope, int client)
    {
        if (identity.Answer(request, client) is not { } told)
            return await RunOnEngineAsync(request, scope);
        // A server that is up answers hello: while the engine is away none is.
        if (engine.IsAway)
            await engine.CheckAsync();
        return told;
    }

    private Task<Reply> RunOnEngineAsync(Request request, Scope scope) => request.Name switch
    {
        "ping" => PingAsync(),
        "startSession" or "refreshSessions" or "endSessions" or "killSessions" or "killAllSessions" => Task.FromResult(Reply.Ok),
        "insert" or "update" or "delete" => _writes.ApplyAsync(request, scope),
        "findAndModify" or "findandmodify" => _writes.FindAndModifyAsync(request, scope),
        "aggregate" => cursors.OpenAsync(Rewordings.WithSessions(request, sessions), scope),
        "find" or "listIndexes" or "listCollections" => cursors.OpenAsync(request, scope),
        "getMore" => cursors.NextAsync(request, scope),
        "killCursors" => cursors.KillAsync(request),
        "count" => SingleAsync(request, scope, "SELECT document::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.count_query($1, $2::documentdb_core.bson)"),
        "distinct" => SingleAsync(request, scope, "SELECT document::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.distinct_query($1, $2::documentdb_core.bson)"),
        "createIndexes" => _indexBuilds.CreateAsync(request),
        "dropIndexes" => _indexBuilds.DropAsync(request, scope),
        "create" => _collections.CreateAsync(request, scope),
        "collMod" => _collections.ModifyAsync(request, scope),
        "drop" => _collections.DropAsync(request, scope),
        "dropDatabase" => _collections.DropDatabaseAsync(request, scope),
        "renameCollection" => _collections.RenameAsync(request, scope),
        "listDatabases" => _collections.ListDatabasesAsync(request, scope),
        "collStats" => _collections.StatsAsync(request, scope),
        "dbStats" => _collections.DatabaseStatsAsync(request, scope),
        "enableSharding" when identity.IsSharded => Task.FromResult(Reply.Ok), // every database may hold sharded collections
        "shardCollection" when identity.IsSharded => _sharding.ShardAsync(request),
        "explain" => _explain.RunAsync(request),
        _ => throw new CommandFailure(EngineErrors.CommandNotFound, $"no such command: '{request.Name}'"),
    };

    private async Task<Reply> SingleAsync(Request request, Scope scope, string sql)
    {
        var row = await engine.CallAsync(scope, sql, request.MaxTimeMs, request.Database, request.Body);
        return new Reply(row.Document!);
    }

    private async Task<Reply> PingAsync()
    {
        await engine.CheckAsync();
        return Reply.Ok;
    }
}
