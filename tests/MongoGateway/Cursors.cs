using MongoDB.Bson;

namespace MongoGateway;

/// <summary>
/// Open cursors by id: each is the continuation the engine gave with its last page. None holds a connection.
/// At most <see cref="MaxOpen"/>; one unused for ten minutes is gone.
/// </summary>
internal sealed class Cursors(Engine engine, TimeProvider time)
{
    private const int MaxOpen = 5_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, OpenCursor> _open = [];

    public async Task<Reply> OpenAsync(Request request, Scope scope)
    {
        if (request.Name == "aggregate")
            Refusals.EnsureNoLinearizableWrite(request);
        var row = await engine.CallAsync(scope, FirstPage(request.Name), request.MaxTimeMs, request.Database, request.Body);
        if (row.Second is { } continuation)
        {
            // With cursor files on, the engine only asks for a pinned connection when it cannot spill: better said than read from another snapshot.
            if (row.Succeeded && scope.Connection is null)
                throw new CommandFailure(EngineErrors.InternalError, "the engine could not spill this cursor to a file");
            Keep(row.Number, continuation);
        }
        return new Reply(row.Document!);
    }

    public async Task<Reply> NextAsync(Request request, Scope scope)
    {
        var id = request.Number;
        OpenCursor? cursor;
        lock (_lock)
            _open.Remove(id, out cursor);
        if (cursor is null)
            throw new CommandFailure(EngineErrors.CursorNotFound, $"cursor id {id} not found");
        var row = await engine.CallAsync(scope,
            "SELECT cursorpage::bytea, continuation::bytea, true, 0::bigint FROM documentdb_api.cursor_get_more($1, $2::documentdb_core.bson, $3::documentdb_core.bson)",
            request.MaxTimeMs, request.Database, request.Body, new ReadOnlyMemory<byte>(cursor.Continuation));
        if (row.Second is { } continuation)
            Keep(id, continuation);
        return new Reply(row.Document!);
    }

    public async Task<Reply> KillAsync(Request request)
    {
        BsonArray killed = [], unknown = [];
        foreach (var id in request.Document()["cursors"].AsBsonArray)
        {
            lock (_lock)
                (_open.Remove(id.ToInt64()) ? killed : unknown).Add(id);
        }
        await DeleteFilesAsync([.. killed.Select(id => id.AsInt64)]);
        return Reply.Of(new BsonDocument
        {
            { "cursorsKilled", killed },
            { "cursorsNotFound", unknown },
            { "cursorsAlive", new BsonArray() },
            { "cursorsUnknown", new BsonArray() },
            { "ok", 1.0 },
        });
    }

    public async Task ExpireAsync()
    {
        long[] expired;
        lock (_lock)
        {
            expired = [.. _open.Where(entry => time.GetElapsedTime(entry.Value.UsedAt) > Lifetime).Select(entry => entry.Key)];
            foreach (var id in expired)
                _open.Remove(id);
        }
        await DeleteFilesAsync(expired);
    }

    private async Task DeleteFilesAsync(long[] ids)
    {
        if (ids.Length > 0)
            await engine.ExecuteAsync("SELECT documentdb_api_internal.delete_cursors($1)", ids);
    }

    private void Keep(long id, byte[] continuation)
    {
        lock (_lock)
        {
            if (_open.Count >= MaxOpen)
                throw new CommandFailure(EngineErrors.InternalError, $"more than {MaxOpen} cursors are open");
            _open[id] = new OpenCursor(continuation, time.GetTimestamp());
        }
    }

    private static string FirstPage(string command) => command switch
    {
        "find" => "SELECT cursorpage::bytea, continuation::bytea, persistconnection, cursorid FROM documentdb_api.find_cursor_first_page($1, $2::documentdb_core.bson)",
        "aggregate" => "SELECT cursorpage::bytea, continuation::bytea, persistconnection, cursorid FROM documentdb_api.aggregate_cursor_first_page($1, $2::documentdb_core.bson)",
        "listIndexes" => "SELECT cursorpage::bytea, continuation::bytea, persistconnection, cursorid FROM documentdb_api.list_indexes_cursor_first_page($1, $2::documentdb_core.bson)",
        _ => "SELECT cursorpage::bytea, continuation::bytea, persistconnection, cursorid FROM documentdb_api.list_collections_cursor_first_page($1, $2::documentdb_core.bson)",
    };

    private sealed record OpenCursor(byte[] Continuation, long UsedAt);
}
