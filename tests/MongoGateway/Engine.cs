using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace MongoGateway;

/// <summary>Where a statement runs: on a connection of its own, or on the one that holds the client's transaction.</summary>
internal readonly record struct Scope(NpgsqlConnection? Connection);

/// <summary>One row of an engine function: its document, its second document (a cursor's continuation) and whether it succeeded whole.</summary>
internal readonly record struct EngineRow(byte[]? Document, byte[]? Second, bool Succeeded, long Number);

/// <summary>DocumentDB behind PostgreSQL's protocol: connections that are kept, prepared statements, a retry of conflicts that is bounded in time.</summary>
internal sealed class Engine : IAsyncDisposable
{
    // Shorter than a driver waits for its answer.
    private static readonly TimeSpan ConflictPatience = TimeSpan.FromSeconds(30);

    private readonly Backends _backends;
    private readonly SemaphoreSlim _conflicts = new(1, 1);
    private volatile bool _away;

    public Engine(string connectionString, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false, // they are kept here instead
            Timeout = 60,
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 1,
            CommandTimeout = 120,
            // A cursor that cannot be resumed by position is spilled to a file instead of holding its connection and its snapshot open,
            // which would stall every index build.
            // Its unique indexes are exclusion constraints: of writes racing for one key each waits for the others until a deadlock is
            // found, after a second each by default. MongoDB settles such a race at once.
            // Collations are off by default in it; it has them for reads.
            Options = "-c documentdb.useFileBasedPersistedCursors=on -c deadlock_timeout=10ms -c documentdb_core.enableCollation=on",
            // The refused document is in it: a duplicate key is told with its value.
            IncludeErrorDetail = true,
        };
        _backends = new Backends(NpgsqlDataSource.Create(settings), time);
    }

    /// <summary>It failed and has not been seen to answer since.</summary>
    public bool IsAway => _away;

    public Task CheckAsync() => ExecuteAsync("SELECT documentdb_api.binary_version()");

    public Task CloseIdleAsync() => _backends.CloseIdleAsync();

    public async ValueTask<Backend> OpenAsync()
    {
        try
        {
            return await _backends.RentAsync();
        }
        catch (NpgsqlException error) when (EngineErrors.IsOutage(error))
        {
            _away = true;
            throw;
        }
    }

    /// <summary>
    /// Runs one engine function. The statement's columns are (document, second document, succeeded, number), each may be null.
    /// Outside a transaction a conflict is tried again, as MongoDB's server does; inside one it is the client's to repeat.
    /// </summary>
    public Task<EngineRow> CallAsync(Scope scope, string sql, long maxTimeMs, params object[] arguments) => CallAsync(scope, sql, maxTimeMs, arguments, before: null);

    /// <summary>As above; <paramref name="before"/> runs first, in the same round trip and the same transaction.</summary>
    public async Task<EngineRow> CallAsync(Scope scope, string sql, long maxTimeMs, object[] arguments, Func<NpgsqlBatchCommand>? before)
    {
        if (scope.Connection is not null)
            return await OnceAsync(scope, sql, maxTimeMs, arguments, before);
        try
        {
            return await OnceAsync(scope, sql, maxTimeMs, arguments, before);
        }
        catch (PostgresException error) when (EngineErrors.IsConflict(error))
        {
            return await AgainAsync(() => OnceAsync(scope, sql, maxTimeMs, arguments, before));
        }
    }

    /// <summary>
    /// One by one, as those that lost would else only meet each other anew. A MongoDB server tries without end; how many
    /// tries it takes here depends on how long a busy machine lets those in their first attempt meet each other.
    /// </summary>
    private async Task<EngineRow> AgainAsync(Func<Task<EngineRow>> once)
    {
        var since = Stopwatch.GetTimestamp();
        await _conflicts.WaitAsync();
        try
        {
            for (var attempt = 2; ; attempt++)
            {
                await Task.Delay(Math.Min(attempt, 10) * 5);
                try
                {
                    return await once();
                }
                catch (PostgresException error) when (Stopwatch.GetElapsedTime(since) < ConflictPatience && EngineErrors.IsConflict(error))
                {
                }
            }
        }
        finally
        {
            _conflicts.Release();
        }
    }

    private async Task<EngineRow> OnceAsync(Scope scope, string sql, long maxTimeMs, object[] arguments, Func<NpgsqlBatchCommand>? before)
    {
        if (scope.Connection is { } pinned)
            return await ReadAsync(pinned, sql, maxTimeMs, arguments, before);
        await using var backend = await OpenAsync();
        return await WatchAsync(() => ReadAsync(backend.Connection, sql, maxTimeMs, arguments, before));
    }

    /// <summary>After an outage every kept connection is a dead one: they must not fail one by one.</summary>
    private async Task<T> WatchAsync<T>(Func<Task<T>> work)
    {
        try
        {
            var result = await work();
            _away = false;
            return result;
        }
        catch (NpgsqlException error) when (EngineErrors.IsOutage(error) && error.InnerException is not TimeoutException)
        {
            _away = true;
            _backends.Clear();
            throw;
        }
    }

    private static async Task<EngineRow> ReadAsync(NpgsqlConnection connection, string sql, long maxTimeMs, object[] arguments, Func<NpgsqlBatchCommand>? before)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (maxTimeMs > 0)
            batch.Timeout = (int)Math.Clamp((maxTimeMs + 999) / 1000, 1, int.MaxValue);
        if (before is not null)
            batch.BatchCommands.Add(before());
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(argument is ReadOnlyMemory<byte> bytes
                ? new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea }
                : new NpgsqlParameter { Value = argument });
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync();
        if (before is not null)
            await reader.NextResultAsync();
        if (!await reader.ReadAsync())
            return default;
        var row = new EngineRow(
            reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0),
            reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1),
            !reader.IsDBNull(2) && reader.GetBoolean(2),
            reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
        // To the end: only then the transaction is known to have committed.
        while (await reader.NextResultAsync())
        {
        }
        return row;
    }

    public async Task<string> TextAsync(string sql, params object[] arguments)
    {
        await using var backend = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, backend.Connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return (string)(await command.ExecuteScalarAsync() ?? "");
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var backend = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, backend.Connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        await WatchAsync(command.ExecuteNonQueryAsync);
    }

    public ValueTask DisposeAsync()
    {
        _conflicts.Dispose();
        return _backends.DisposeAsync();
    }
}
