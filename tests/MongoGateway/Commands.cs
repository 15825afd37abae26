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
internal sealed class Commands(Engine engine, Sessions sessions, Cursors cursors, TimeProvider time)
{
    private readonly Writes _writes = new(engine);
    private readonly Collections _collections = new(engine);
    private readonly IndexBuilds _indexBuilds = new(engine);
    private readonly Explain _explain = new(engine);
    private readonly Transactions _transactions = new(engine, sessions, time);

    /// <summary>The reply to a request. Throws only when the engine is away: the client's connection is then closed, as a dead server's would be.</summary>
    public async Task<byte[]> RunAsync(Request request, int client)
    {
        try
        {
            if (request.InTransaction)
                return (await _transactions.RunAsync(request, client, scope => DispatchAsync(request, scope, client))).Document;
            if (request.IsRetryableWrite)
                return await RunOnceAsync(request, client);
            return (await DispatchAsync(request, default, client)).Document;
        }
        catch (PostgresException error) when (!EngineErrors.IsOutage(error))
        {
            return EngineErrors.Reply(await _writes.ExplainDuplicateAsync(request, error), request.InTransaction);
        }
        catch (NpgsqlException error) when (error.InnerException is TimeoutException && request.MaxTimeMs > 0)
        {
            return EngineErrors.Reply(new CommandFailure(EngineErrors.MaxTimeExpired, "operation exceeded time limit"), request.InTransaction);
        }
        catch (CommandFailure failure)
        {
            return EngineErrors.Reply(failure, request.InTransaction);
        }
    }

    private async Task<byte[]> RunOnceAsync(Request request, int client)
    {
        var mine = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (sessions.FindReply(request, mine, out var earlier))
            return await earlier;
        try
        {
            var reply = await DispatchAsync(request, default, client);
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

    private Task<Reply> DispatchAsync(Request request, Scope scope, int client) => request.Name switch
    {
        "hello" or "isMaster" or "ismaster" => Task.FromResult(Hello(client)),
        "ping" => Task.FromResult(Reply.Ok),
        "buildInfo" or "buildinfo" => Task.FromResult(BuildInfo()),
        "endSessions" => Task.FromResult(Reply.Ok),
        "insert" or "update" or "delete" => _writes.ApplyAsync(request, scope),
        "findAndModify" or "findandmodify" => _writes.FindAndModifyAsync(request, scope),
        "find" or "aggregate" or "listIndexes" or "listCollections" => cursors.OpenAsync(request, scope),
        "getMore" => cursors.NextAsync(request, scope),
        "killCursors" => cursors.KillAsync(request),
        "count" => SingleAsync(request, scope, "SELECT document::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.count_query($1, $2::documentdb_core.bson)"),
        "distinct" => SingleAsync(request, scope, "SELECT document::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api.distinct_query($1, $2::documentdb_core.bson)"),
        "createIndexes" => _indexBuilds.CreateAsync(request),
        "dropIndexes" => _indexBuilds.DropAsync(request, scope),
        "create" => _collections.CreateAsync(request, scope),
        "drop" => _collections.DropAsync(request, scope),
        "dropDatabase" => _collections.DropDatabaseAsync(request, scope),
        "renameCollection" => _collections.RenameAsync(request, scope),
        "listDatabases" => _collections.ListDatabasesAsync(request, scope),
        "collStats" => _collections.StatsAsync(request, scope),
        "dbStats" => _collections.DatabaseStatsAsync(request, scope),
        "enableSharding" => Task.FromResult(Reply.Ok), // every database may hold sharded collections
        "shardCollection" => _collections.ShardAsync(request, scope),
        "explain" => _explain.RunAsync(request),
        _ => throw new CommandFailure(EngineErrors.CommandNotFound, $"no such command: '{request.Name}'"),
    };

    private async Task<Reply> SingleAsync(Request request, Scope scope, string sql)
    {
        var row = await engine.CallAsync(scope, sql, request.MaxTimeMs, request.Database, request.Body);
        return new Reply(row.Document!);
    }

    /// <summary>
    /// The gateway calls itself a mongos: of the identities a driver grants sessions, retryable writes and transactions to,
    /// it is the one that needs no replica set name, member list or oplog time.
    /// </summary>
    private Reply Hello(int client) => Reply.Of(new BsonDocument
    {
        { "ismaster", true },
        { "isWritablePrimary", true },
        { "helloOk", true },
        { "msg", "isdbgrid" },
        { "maxBsonObjectSize", 16 * 1024 * 1024 },
        { "maxMessageSizeBytes", WireProtocol.MaxMessageLength },
        { "maxWriteBatchSize", 100_000 },
        { "localTime", time.GetUtcNow().UtcDateTime },
        { "logicalSessionTimeoutMinutes", 30 },
        { "connectionId", client },
        { "minWireVersion", 0 },
        { "maxWireVersion", 21 },
        { "readOnly", false },
        { "ok", 1.0 },
    });

    private static Reply BuildInfo() => Reply.Of(new BsonDocument
    {
        { "version", "7.0.0" },
        { "versionArray", new BsonArray { 7, 0, 0, 0 } },
        { "modules", new BsonArray() },
        { "ok", 1.0 },
    });
}
