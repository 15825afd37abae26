using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.History;

namespace StrokeCare.Tests.Sql;

public sealed class SchemaTests
{
    private const string SqliteColumns =
        """
        SELECT t.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END
        FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
        """;

    private const string PostgreSqlColumns =
        """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        """;

    // Indexes by what they do, not by name: a primary key has a name of its own on each engine.
    private const string SqliteIndexes =
        """
        SELECT t.name || CASE WHEN l."unique" = 1 THEN ' unique (' ELSE ' (' END || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')'
            || coalesce(' where ' || substr(i.sql, nullif(instr(i.sql, ' WHERE '), 0) + 7), '')
        FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS l LEFT JOIN sqlite_master AS i ON i.type = 'index' AND i.name = l.name WHERE t.type = 'table'
        UNION ALL
        SELECT t.name || ' unique (' || c.name || ')' FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.pk = 1 AND lower(c.type) = 'integer'
            AND (SELECT count(*) FROM pragma_table_info(t.name) WHERE pk > 0) = 1
        """;

    private const string PostgreSqlIndexes =
        """
        SELECT t.relname || CASE WHEN i.indisunique THEN ' unique (' ELSE ' (' END
            || (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')'
            || coalesce(' where ' || replace(trim(both '()' from pg_get_expr(i.indpred, t.oid)), ') AND (', ' AND '), '')
        FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace
        """;

    private static readonly string[] BackToTheFirstVersion =
    [
        "DROP INDEX idx_security_logs_event_type", "DROP INDEX idx_security_logs_user_id", "DROP INDEX idx_security_logs_created_at",
        "DROP INDEX idx_security_logs_severity", "DROP INDEX idx_security_logs_status",
        "CREATE INDEX idx_security_logs_event_type ON security_logs(event_type, seq)", "CREATE INDEX idx_security_logs_user_id ON security_logs(user_id, seq)",
        "CREATE INDEX idx_security_logs_created_at ON security_logs(created_at, seq)", "CREATE INDEX idx_security_logs_severity ON security_logs(severity, seq)",
        "DELETE FROM schemaversions WHERE scriptname LIKE '0002%'", "UPDATE deployment SET schema_version = 1",
    ];

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Fact]
    public async Task Both_dialects_give_the_same_logical_schema()
    {
        await using var sqlite = await SqlTestStore.NewAsync("sqlite");
        await using var postgres = await SqlTestStore.NewAsync("postgresql");

        Assert.Equal(await LinesAsync(sqlite, SqliteColumns), await LinesAsync(postgres, PostgreSqlColumns));
        var indexes = await LinesAsync(sqlite, SqliteIndexes);
        Assert.Contains("patients unique (mrn) where mrn is not null", indexes);
        Assert.Contains("security_logs unique (seq)", indexes);
        Assert.Equal(indexes, await LinesAsync(postgres, PostgreSqlIndexes));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Migrating_again_or_twice_at_once_changes_nothing(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine, migrate: false);
        await using var other = await RelationalStore.OpenAsync(test.Url, test.Changed, TimeProvider.System, NullLoggerFactory.Instance, default);

        await Task.WhenAll(test.Store.MigrateAsync(null, default), other.MigrateAsync(null, default));
        var state = await test.Store.Deployment.GetAsync(default);
        await test.Store.MigrateAsync(null, default);

        Assert.Equal(state, await other.Deployment.GetAsync(default));
        Assert.Equal((Scripts(test), 32), (state.SchemaVersion, state.Id.Length));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_database_of_the_first_version_is_brought_to_this_one_with_its_rows(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await test.Store.Log.AppendAsync([SqlTestStore.AnEvent(), SqlTestStore.AnEvent()], default);
        var rows = await test.Store.Log.ReadAfterAsync(0, 10, default);
        var indexes = await LinesAsync(test, engine == "sqlite" ? SqliteIndexes : PostgreSqlIndexes);
        foreach (var sql in BackToTheFirstVersion) await DoAsync(test, sql);
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default));

        await test.Store.MigrateAsync(null, default);

        Assert.Equal(indexes, await LinesAsync(test, engine == "sqlite" ? SqliteIndexes : PostgreSqlIndexes));
        Assert.Equal(rows, await test.Store.Log.ReadAfterAsync(0, 10, default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_database_that_was_never_migrated_is_refused(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine, migrate: false);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default));

        Assert.Contains("strokecare migrate", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stale_or_newer_schema_and_a_missing_guard_are_refused(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var version = (await test.Store.Deployment.GetAsync(default)).SchemaVersion;
        await DoAsync(test, "UPDATE deployment SET schema_version = 0");
        Assert.Contains("migrate", (await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default))).Message, StringComparison.Ordinal);
        await DoAsync(test, "UPDATE deployment SET schema_version = 99");
        Assert.Contains("newer", (await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default))).Message, StringComparison.Ordinal);
        await DoAsync(test, string.Create(CultureInfo.InvariantCulture, $"UPDATE deployment SET schema_version = {version}"));
        await test.Store.EnsureCurrentAsync(default);

        await DoAsync(test, engine == "sqlite" ? "DROP TRIGGER security_logs_no_delete" : "ALTER TABLE security_logs DISABLE TRIGGER security_logs_no_delete");

        Assert.Contains("security_logs_no_delete", (await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default))).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_deployment_keeps_to_the_stores_it_began_with(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);

        Assert.Equal("sqlite", (await test.Store.Deployment.UseAsync("sqlite", default)).Stores);
        await test.Store.Deployment.UseAsync("sqlite", default);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.Deployment.UseAsync("sqlite+mongodb", default));
        Assert.Contains("Correct the settings; they cannot be moved yet.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await test.Store.Deployment.AdvanceMaintenanceEpochAsync(default));
    }

    [Fact]
    public async Task A_portal_that_does_not_own_the_tables_can_do_its_work_and_no_more()
    {
        await using var owner = await SqlTestStore.NewAsync("postgresql", migrate: false);
        var role = $"portal_{Change.NewId()[..8]}";
        await DoAsync(owner, $"CREATE ROLE {role} LOGIN");
        await DoAsync(owner, $"GRANT {role} TO CURRENT_USER");
        try
        {
            var url = owner.Url.Replace("strokecare_test@", role + "@", StringComparison.Ordinal);
            await using var portal = await RelationalStore.OpenAsync(url, owner.Changed, TimeProvider.System, NullLoggerFactory.Instance, default);
            await portal.MigrateAsync(owner.Url, default);
            var patient = SqlTestStore.APatient("A1");
            Assert.Equal(AddPatientOutcome.Added, await portal.Patients.AddAsync(patient, SqlTestStore.AChange(patient), default));
            // Every table that came with a later script is granted as well.
            await portal.Sessions.OpenAsync(SessionStoreTests.ASession(), SqlTestStore.AnEvent(), default);
            await portal.Sessions.PurgeAsync(SqlTestStore.AnEvent().At.AddDays(9), default);
            await portal.Intents.AddAsync(IntentStoreTests.AnIntent(SqlTestStore.AnEvent().At), default);
            Assert.True(await portal.Patients.RefuseIdAsync(new(SqlTestStore.Ids.Next()), default));
            await UseAppointmentsAsync(portal);
            var entry = HistoryBuilder.AnEntry();
            await portal.History.AddAsync(entry, entry.AsChange(), default);
            var corrected = entry.Corrected("again");
            await portal.History.AmendAsync(corrected, corrected.AsChange(), default);
            Assert.Equal(6, await new Relay([portal.Outbox], portal.Log, owner.Changed, TimeProvider.System, NullLogger<Relay>.Instance).DrainAsync(default));

            foreach (var sql in new[]
            {
                "DELETE FROM security_logs", "TRUNCATE security_logs", "ALTER TABLE security_logs DISABLE TRIGGER ALL", "DROP TABLE security_logs",
                "DROP TRIGGER security_logs_no_update ON security_logs", "DELETE FROM log_head",
            })
            {
                var statement = new Statement(sql);
                var refused = await Assert.ThrowsAsync<PostgresException>(() => portal.Writer.RunAsync(session => session.Execute(statement), default));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            }
        }
        finally
        {
            await DoAsync(owner, $"DROP OWNED BY {role}");
            await DoAsync(owner, $"DROP ROLE {role}");
        }
    }

    private static async Task UseAppointmentsAsync(RelationalStore portal)
    {
        var first = AppointmentBuilder.AnAppointment();
        var over = AppointmentBuilder.AnAppointment(first.DoctorId).Over(first);
        await portal.Appointments.BookAsync(first, first.AsChange(), default);
        await portal.Appointments.BookAsync(over, over.AsChange(), default);
        Assert.Equal(UpdateAppointmentOutcome.Updated, await portal.Appointments.UpdateAsync(first.Cancelled(), first.Cancelled().AsChange(), default));
        var hours = DoctorHoursStoreTests.SomeHours();
        Assert.True(await portal.DoctorHours.UpdateAsync(hours, DoctorHoursStoreTests.AChange(hours), default));
        var next = hours with { Version = 2, DaysOff = [new(AppointmentBuilder.Day, null)] };
        Assert.True(await portal.DoctorHours.UpdateAsync(next, DoctorHoursStoreTests.AChange(next), default));
    }

    // Those that run once: one version each.
    private static int Scripts(SqlTestStore test) => typeof(RelationalStore).Assembly.GetManifestResourceNames()
        .Count(name => name.Contains($".Scripts.{test.Store.Dialect.ScriptFolder}.0", StringComparison.Ordinal));

    private static async Task DoAsync(SqlTestStore test, string sql)
    {
        var statement = new Statement(sql);
        await test.Store.Writer.RunAsync(session => session.Execute(statement), default);
    }

    private static async Task<List<string>> LinesAsync(SqlTestStore test, string sql)
    {
        var lines = await test.Store.Readers.QueryAsync(new Statement(sql), row => row.GetString(0), [], default);
        return [.. lines.Select(Logical).Where(line => !line.StartsWith("schemaversions", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
    }

    // What one engine calls by another name, or does not distinguish, is one logical type.
    private static string Logical(string line)
    {
        line = line.ToLowerInvariant().Replace("character varying", "varchar", StringComparison.Ordinal).Replace("double precision", "real", StringComparison.Ordinal)
            .Replace("timestamp with time zone", "datetime", StringComparison.Ordinal).Replace("bytea", "blob", StringComparison.Ordinal);
        // SQLite's row ids are INTEGER whatever their size.
        return line is "security_logs.id bigint not null" or "outbox.position bigint not null" ? line.Replace("bigint", "integer", StringComparison.Ordinal) : line;
    }
}
