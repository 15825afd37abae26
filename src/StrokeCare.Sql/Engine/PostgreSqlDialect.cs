using System.Data.Common;
using DbUp;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace StrokeCare.Sql.Engine;

internal sealed class PostgreSqlDialect : Dialect
{
    /// <summary>Key of the advisory lock under which the log is appended to; "scLOG" in ASCII, known to every process on the database.</summary>
    private const long LogLock = 0x73634C4F47;

    /// <summary>Key of the advisory lock of migrations.</summary>
    private const long MigrationLock = 0x73634D4947;

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    private static readonly Statement TakeLogLock = new("SELECT pg_advisory_xact_lock($1)", SqlType.Long);
    private static readonly Statement TakePatientsLock = new("LOCK TABLE patients IN SHARE MODE");
    private static readonly Statement Notify = new("SELECT pg_notify('strokecare_log', '')");

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    public PostgreSqlDialect(RelationalUrl url, TimeProvider time, ILogger logger)
    {
        (this.time, this.logger) = (time, logger);
        // Connections are pooled by Readers and held by the writing threads, each with its own prepared statements.
        var settings = new NpgsqlConnectionStringBuilder(url.ConnectionString)
        {
            Pooling = false,
            ApplicationName = "strokecare",
            CommandTimeout = 15,
            KeepAlive = 30,
        };
        // The server's default, 4, is a spinning disk's: with that it would rather walk the log's whole table than the index
        // that holds the answer. Options of the URL come after and win.
        settings.Options = $"-c random_page_cost=1.1 {settings.Options}".TrimEnd();
        source = NpgsqlDataSource.Create(settings);
    }

    public override string EngineName => "postgresql";

    public override string ScriptFolder => "PostgreSql";

    public override WriterShape Writer { get; } = new(Threads: 10, JobsPerCommit: 16)
    {
        AppendsShare = false,
        OneWriteIsATransaction = true,
        Direct = 10,
        RetriesAfterOutage = true,
    };

    public override int Readers => 12;

    public override Statement Triggers { get; } = new(
        """
        SELECT t.tgname::text, c.relname::text, concat_ws(' ', t.tgtype, t.tgenabled, t.tgattr, t.tgqual IS NOT NULL, l.lanname, p.prosecdef, p.proconfig, p.prosrc)
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_language AS l ON l.oid = p.prolang
        WHERE t.tgrelid IN ('security_logs'::regclass, 'log_head'::regclass) AND NOT t.tgisinternal
        """);

    public override Statement TableExists { get; } = new("SELECT 1 WHERE to_regclass($1) IS NOT NULL", SqlType.Text);

    public override DbSession OpenWriter() => new PostgreSqlSession(source.OpenConnection(), this);

    public override async Task<DbSession> OpenReaderAsync(CancellationToken ct) => new PostgreSqlSession(await source.OpenConnectionAsync(ct), this);

    public override Task<DbSession> OpenDirectAsync() => OpenReaderAsync(CancellationToken.None);

    public override DbParameter Parameter(SqlType type, int ordinal) => new NpgsqlParameter
    {
        NpgsqlDbType = type switch
        {
            SqlType.Text => NpgsqlDbType.Text,
            SqlType.Int => NpgsqlDbType.Integer,
            SqlType.Long => NpgsqlDbType.Bigint,
            SqlType.Real => NpgsqlDbType.Double,
            SqlType.Bool => NpgsqlDbType.Boolean,
            SqlType.Time => NpgsqlDbType.TimestampTz,
            SqlType.Date => NpgsqlDbType.Date,
            SqlType.Bytes => NpgsqlDbType.Bytea,
            SqlType.Texts => NpgsqlDbType.Array | NpgsqlDbType.Text,
            SqlType.Ints => NpgsqlDbType.Array | NpgsqlDbType.Integer,
            SqlType.Longs => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            SqlType.Reals => NpgsqlDbType.Array | NpgsqlDbType.Double,
            SqlType.Bools => NpgsqlDbType.Array | NpgsqlDbType.Boolean,
            SqlType.Dates => NpgsqlDbType.Array | NpgsqlDbType.Date,
        },
    };

    public override object Encode(SqlType type, object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset at => at.UtcDateTime,
        _ => value,
    };

    public override DateTimeOffset Time(DbDataReader row, int ordinal) => new(row.GetDateTime(ordinal), TimeSpan.Zero);

    public override string AnyOf(string column, string parameter) => $"{column} = ANY({parameter})";

    // An array is not joined: a hash join would walk the whole table.
    public override string OneOf(string column, string query) => $"{column} = ANY(ARRAY({query}))";

    public override string By(string table, string index) => table;

    // By equality it would rather walk another index in the order of its last column and look at every row on the way.
    public override string Below(string[] columns)
    {
        var (row, values) = (string.Join(", ", columns), Numbers(1, columns.Length));
        return $"({row}) < ({values}) AND ({row}) > ({string.Join(", ", columns.Select((_, i) => i < columns.Length - 1 ? Numbers(i + 1, 1) : "0"))})";
    }

    public override string AboutPatient =>
        """(CASE WHEN entity_type = 'patient' THEN entity_id ELSE substring(additional_data from '"patient_id": ?"([0-9a-f]{24})"') END COLLATE "C")""";

    public override string DayOf(string column) => $"CAST({column} AT TIME ZONE 'UTC' AS date)";

    // One statement, hence one round trip.
    public override Statement Then(Statement write, string target, SqlType[] types) => new(
        $"WITH written AS ({write.Sql} RETURNING 1) INSERT INTO {target} SELECT {Numbers(write.Parameters.Length + 1, types.Length)} FROM written",
        [.. write.Parameters, .. types])
    {
        Many = write.OfGiven is { } many ? ManyRows.Of(many, write.Parameters.Length, target, [.. write.Parameters, .. types]) : null,
    };

    public override string ForUpdate => "FOR UPDATE";

    public override void Begin(DbSession session) => session.Transaction = session.Connection.BeginTransaction();

    public override void Commit(DbSession session)
    {
        session.Transaction!.Commit();
        session.Transaction.Dispose();
        session.Transaction = null;
    }

    public override bool Rollback(DbSession session)
    {
        try
        {
            session.Transaction?.Rollback();
            session.Transaction?.Dispose();
            session.Transaction = null;
            return true;
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    public override Fault FaultOf(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation } => Fault.Collision,
        // 08 connection, 28 sign-in, 3D no such database (both while an operator mends them), 25006 read-only (a demoted server), 53 resources, 57 shutdown, 58 and XX the system itself.
        PostgresException { SqlState: ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] or ['X', 'X', ..] or PostgresErrorCodes.ReadOnlySqlTransaction } => Fault.Outage,
        PostgresException => Fault.Job,
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException => Fault.Outage,
        _ => Fault.Job,
    };

    public override void Closing(DbSession session)
    {
    }

    public override void LockLog(DbSession session) => session.First(TakeLogLock, _ => 0, LogLock);

    // A writer's statement takes its lock on the table before it looks at any row: whoever had it first has ended by the
    // time this returns, and whoever comes later waits and then sees what was committed under it.
    public override void LockPatients(DbSession session) => session.Execute(TakePatientsLock);

    public override void AnnounceAppend(DbSession session) => session.First(Notify, _ => 0);

    public override async Task ListenAsync(Action appended, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                connection.Notification += (_, _) => appended();
                await using var listen = new NpgsqlCommand("LISTEN strokecare_log", connection);
                await listen.ExecuteNonQueryAsync(ct);
                // What came while nobody listened.
                appended();
                while (true) await connection.WaitAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (FaultOf(lost) == Fault.Outage)
            {
                Log.LostListener(logger, lost);
                await Task.Delay(Reconnect, time, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    public override async Task<MigrationTarget> MigrationTargetAsync(RelationalUrl owner, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Pooling = false };
        var held = new NpgsqlConnection(settings.ConnectionString);
        await held.OpenAsync(ct);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock($1)", held) { Parameters = { new() { Value = MigrationLock } } };
        await take.ExecuteNonQueryAsync(ct);
        return new(DeployChanges.To.PostgresqlDatabase(settings.ConnectionString), held);
    }

    public override string? GrantsFor(RelationalUrl portal, RelationalUrl owner)
    {
        var name = new NpgsqlConnectionStringBuilder(portal.ConnectionString).Username!;
        if (name == new NpgsqlConnectionStringBuilder(owner.ConnectionString).Username) return null;
        var role = '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        return $"""
            REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions, reset_tokens, intents, idempotency_keys, outbox, patients, former_mrns, patient_terms, history_terms TO {role};
            GRANT SELECT, INSERT, UPDATE ON medical_history, appointments, working_hours TO {role};
            GRANT SELECT, INSERT, DELETE ON appointment_cells, appointment_overrides, days_off TO {role};
            GRANT SELECT, INSERT ON refused_ids, patient_names TO {role};
            GRANT SELECT, INSERT ON security_logs TO {role};
            GRANT SELECT, UPDATE ON log_head, deployment TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
            """;
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private static class Log
    {
        private static readonly Action<ILogger, Exception?> LostListenerMessage = LoggerMessage.Define(
            LogLevel.Warning, new EventId(1, "LostListener"), "The connection that hears of other processes' appends was lost; until it is back they are found by polling");

        public static void LostListener(ILogger logger, Exception lost) => LostListenerMessage(logger, lost);
    }
}
