using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using DbUp;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using StrokeCare.Audit;

namespace StrokeCare.Sql.Engine;

internal sealed class SqliteDialect(RelationalUrl url, ILogger logger) : Dialect
{
    /// <summary>Older ones can corrupt a WAL that two connections reset.</summary>
    public static readonly Version Oldest = new(3, 51, 3);

    private static readonly Statement BeginImmediate = new("BEGIN IMMEDIATE");
    private static readonly Statement CommitAll = new("COMMIT");
    private static readonly Statement RollbackAll = new("ROLLBACK");
    private static readonly Statement Checkpoint = new("PRAGMA wal_checkpoint(TRUNCATE)");

    private readonly Lock gate = new();
    private WalCheckpoints? checkpoints;

    static SqliteDialect()
    {
        Batteries_V2.Init();
        // SQLite counts each byte it takes and gives back under one lock for all connections, and nobody asks for the sum: a
        // thirtieth of the time in which 4,000 patients with their histories are written. Where something else has opened a
        // database before, it says no and goes on counting.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public override string EngineName => "sqlite";

    public override string ScriptFolder => "Sqlite";

    public override WriterShape Writer { get; } = new(Threads: 1, JobsPerCommit: 256)
    {
        AppendsShare = true,
        OneWriteIsATransaction = false,
        Direct = 0,
        RetriesAfterOutage = false,
    };

    public override int Readers { get; } = Math.Max(4, Environment.ProcessorCount * 2);

    public override Statement Triggers { get; } = new("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('security_logs', 'log_head')");

    public override bool DatabaseExists => File.Exists(url.File);

    public override Statement TableExists { get; } = new("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", SqlType.Text);

    public override DbSession OpenWriter()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(url.File)!);
        // WalCheckpoints leave some 16 MB in the WAL alone. The file is longer while writing never pauses, until the COMMIT that fills 64 MB brings the rest over itself; it is cut to that after a burst.
        var session = new SqliteSession(Open(SqliteOpenMode.ReadWriteCreate, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY"), this);
        lock (gate) checkpoints ??= new(() => Open(SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL"), logger);
        return session;
    }

    public override Task<DbSession> OpenReaderAsync(CancellationToken ct) =>
        Task.FromResult(new DbSession(Open(SqliteOpenMode.ReadOnly, "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY"), this));

    public override DbParameter Parameter(SqlType type, int ordinal) => new SqliteParameter
    {
        ParameterName = string.Create(CultureInfo.InvariantCulture, $"${ordinal}"),
        SqliteType = type switch
        {
            SqlType.Int or SqlType.Long or SqlType.Bool => SqliteType.Integer,
            SqlType.Real => SqliteType.Real,
            SqlType.Bytes => SqliteType.Blob,
            SqlType.Text or SqlType.Time or SqlType.Date or SqlType.Texts or SqlType.Ints => SqliteType.Text,
            SqlType.Longs or SqlType.Reals or SqlType.Bools or SqlType.Dates => throw new NotSupportedException("SQLite takes rows one by one."),
        },
    };

    public override object Encode(SqlType type, object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.UtcDateTime.ToString(HashChain.TimeFormat, CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string[] or int[] => JsonSerializer.Serialize(value, SqlJson.Default.Options),
        _ => value,
    };

    public override DateTimeOffset Time(DbDataReader row, int ordinal) => DateTimeOffset.ParseExact(
        row.GetString(ordinal), HashChain.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public override string AnyOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override string OneOf(string column, string query) => $"{column} IN ({query})";

    public override string By(string table, string index) => $"{table} INDEXED BY {index}";

    public override string Below(string[] columns) => string.Join(
        " AND ", columns.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $"{column} {(i < columns.Length - 1 ? "=" : "<")} ${i + 1}")));

    public override string AboutPatient =>
        "CASE WHEN entity_type = 'patient' THEN entity_id WHEN json_valid(additional_data) THEN json_extract(additional_data, '$.patient_id') END";

    public override string DayOf(string column) => $"substr({column}, 1, 10)";

    // Two statements, each binding only its own values; they share the job's transaction.
    public override Statement Then(Statement write, string target, SqlType[] types) => new(write.Sql, write.Parameters)
    {
        Next = new($"INSERT INTO {target} VALUES ({Numbers(1, types.Length)})", types),
    };

    public override string ForUpdate => "";

    public override void Begin(DbSession session) => session.Execute(BeginImmediate);

    public override void Commit(DbSession session)
    {
        session.Execute(CommitAll);
        lock (gate) checkpoints?.Committed();
    }

    public override bool Rollback(DbSession session)
    {
        try
        {
            session.Execute(RollbackAll);
            return true;
        }
        catch (SqliteException)
        {
            // Some failures have rolled back by themselves; a fresh connection knows for certain.
            return false;
        }
    }

    public override Fault FaultOf(Exception exception) => exception is SqliteException sqlite
        ? sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_MISMATCH
            or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_RANGE ? Fault.Job : Fault.Outage
        : exception is IOException ? Fault.Outage : Fault.Job;

    public override void Closing(DbSession session)
    {
        EndCheckpoints();
        session.Query(Checkpoint, row => row.GetInt64(0));
    }

    // BEGIN IMMEDIATE holds the one write lock there is.
    public override void LockLog(DbSession session)
    {
    }

    public override void LockPatients(DbSession session)
    {
    }

    public override void AnnounceAppend(DbSession session)
    {
    }

    public override Task ListenAsync(Action appended, CancellationToken ct) => Task.CompletedTask;

    public override Task<MigrationTarget> MigrationTargetAsync(RelationalUrl owner, CancellationToken ct)
    {
        using (OpenWriter())
        {
            // Made, and switched to WAL, before a transaction opens: inside one the mode cannot change.
        }

        return Task.FromResult(new MigrationTarget(DeployChanges.To.SqliteDatabase(url.ConnectionString), null));
    }

    public override string? GrantsFor(RelationalUrl portal, RelationalUrl owner) => null;

    public override ValueTask DisposeAsync()
    {
        EndCheckpoints();
        return ValueTask.CompletedTask;
    }

    private void EndCheckpoints()
    {
        lock (gate)
        {
            checkpoints?.Dispose();
            checkpoints = null;
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode, string pragmas)
    {
        // SQLite itself waits for a lock, fairly; a CommandTimeout no longer than that keeps the library from polling every 150 ms on top.
        var settings = new SqliteConnectionStringBuilder(url.ConnectionString) { Mode = mode, DefaultTimeout = BusyMilliseconds / 1000 };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            if (!Version.TryParse(connection.ServerVersion, out var version) || version < Oldest)
                throw new InvalidOperationException($"SQLite {connection.ServerVersion} can corrupt its log; {Oldest} or newer is needed.");
            using var command = connection.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {BusyMilliseconds}; {pragmas}");
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
