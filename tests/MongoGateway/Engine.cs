using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace MongoGateway;

/// <summary>Where a statement runs: on a connection of its own, or on the one that holds the client's transaction.</summary>
internal readonly record struct Scope(NpgsqlConnection? Connection);

/// <summary>One row of an engine function: its document, its second document (a cursor's continuation) and whether it succeeded whole.</summary>
internal readonly record struct EngineRow(byte[]? Document, byte[]? Second, bool Succeeded, long Number);

/// <summary>DocumentDB behind PostgreSQL's protocol: pooled connections, prepared statements, a bounded retry of conflicts.</summary>
internal sealed class Engine : IAsyncDisposable
{
    public const int ConflictAttempts = 8;

    private readonly NpgsqlDataSource _source;

    public Engine(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // The engine opens a second connection to itself to create a collection, so this must stay well under half of max_connections.
            MaxPoolSize = 100,
            Timeout = 60,
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            CommandTimeout = 120,
            // A cursor that cannot be resumed by position is spilled to a file instead of holding its connection and its snapshot open,
            // which would stall every index build.
            // Its unique indexes are exclusion constraints: of writes racing for one key each waits for the others until a deadlock is
            // found, after a second each by default. MongoDB settles such a race at once.
            Options = "-c documentdb.useFileBasedPersistedCursors=on -c deadlock_timeout=10ms",
        };
        _source = NpgsqlDataSource.Create(settings);
    }

    public async Task CheckAsync()
    {
        await using var command = _source.CreateCommand("SELECT documentdb_api.binary_version()");
        await command.ExecuteScalarAsync();
    }

    public ValueTask<NpgsqlConnection> OpenAsync() => _source.OpenConnectionAsync();

    /// <summary>
    /// Runs one engine function. The statement's columns are (document, second document, succeeded, number), each may be null.
    /// Outside a transaction a conflict is tried again, as MongoDB's server does; inside one it is the client's to repeat.
    /// </summary>
    public async Task<EngineRow> CallAsync(Scope scope, string sql, long maxTimeMs, params object[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(scope, sql, maxTimeMs, arguments);
            }
            catch (PostgresException error) when (scope.Connection is null && attempt < ConflictAttempts && EngineErrors.IsConflict(error))
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(1, 5 << attempt));
            }
        }
    }

    private async Task<EngineRow> OnceAsync(Scope scope, string sql, long maxTimeMs, object[] arguments)
    {
        if (scope.Connection is { } pinned)
            return await ReadAsync(pinned, sql, maxTimeMs, arguments);
        await using var connection = await OpenAsync();
        return await ReadAsync(connection, sql, maxTimeMs, arguments);
    }

    private static async Task<EngineRow> ReadAsync(NpgsqlConnection connection, string sql, long maxTimeMs, object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (maxTimeMs > 0)
            command.CommandTimeout = (int)Math.Clamp((maxTimeMs + 999) / 1000, 1, int.MaxValue);
        foreach (var argument in arguments)
            command.Parameters.Add(argument is ReadOnlyMemory<byte> bytes
                ? new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea }
                : new NpgsqlParameter { Value = argument });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return default;
        return new EngineRow(
            reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0),
            reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1),
            !reader.IsDBNull(2) && reader.GetBoolean(2),
            reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
    }

    public async Task<string> TextAsync(string sql, params object[] arguments)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return (string)(await command.ExecuteScalarAsync() ?? "");
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
