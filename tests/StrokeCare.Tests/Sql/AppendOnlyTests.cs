using System.Data.Common;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

public sealed class AppendOnlyTests
{
    private const string Columns = "id, seq, change_id, event_type, event_description, status, severity, created_at, form, prev_hash, hash";

    private const string Values = "'e', 'd', 'success', 'info', '2026-01-01T00:00:00.000Z', 1, 'p', 'h'";

    /// <summary>Both engines.</summary>
    private static readonly string[] Refused =
    [
        "UPDATE security_logs SET event_description = 'nothing happened' WHERE seq = 2",
        "UPDATE security_logs SET hash = hash",
        "UPDATE security_logs SET seq = seq + 10 WHERE seq = 3",
        "DELETE FROM security_logs WHERE seq = 3",
        "DELETE FROM security_logs",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 2, 'new', {Values})",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 5, 'new', {Values})",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 0, 'new', {Values})",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 4, 'first', {Values})",
        $"INSERT INTO security_logs ({Columns}) VALUES (2, 4, 'new', {Values})",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 2, 'new', {Values}) ON CONFLICT (seq) DO UPDATE SET hash = 'x'",
        $"INSERT INTO security_logs ({Columns}) VALUES (100, 4, 'first', {Values}) ON CONFLICT (change_id) DO UPDATE SET hash = 'x'",
        $"INSERT INTO security_logs ({Columns}) VALUES (2, 4, 'new', {Values}) ON CONFLICT (id) DO UPDATE SET hash = 'x'",
        "DELETE FROM log_head",
        "INSERT INTO log_head (id, seq, hash) VALUES (2, 9, 'x')",
        "INSERT INTO log_head (id, seq, hash) VALUES (1, 9, 'x') ON CONFLICT (id) DO UPDATE SET seq = 9",
        "UPDATE log_head SET seq = 1",
        "UPDATE log_head SET seq = 9",
        "UPDATE log_head SET hash = 'x'",
        "UPDATE log_head SET id = 2",
    ];

    private static readonly string[] RefusedOnSqlite =
    [
        $"INSERT OR REPLACE INTO security_logs ({Columns}) VALUES (2, 2, 'new', {Values})",
        $"INSERT OR REPLACE INTO security_logs ({Columns}) VALUES (100, 2, 'new', {Values})",
        $"INSERT OR REPLACE INTO security_logs ({Columns}) VALUES (2, 4, 'new', {Values})",
        $"INSERT OR REPLACE INTO security_logs ({Columns}) VALUES (100, 4, 'first', {Values})",
        $"REPLACE INTO security_logs ({Columns}) VALUES (3, 3, 'first', {Values})",
        $"INSERT OR IGNORE INTO security_logs ({Columns}) VALUES (100, 2, 'new', {Values})",
        "UPDATE OR REPLACE security_logs SET seq = 1 WHERE seq = 2",
        "UPDATE OR IGNORE security_logs SET hash = 'x'",
        "INSERT OR REPLACE INTO log_head (id, seq, hash) VALUES (1, 1, 'x')",
        "UPDATE OR REPLACE log_head SET seq = 1",
    ];

    private static readonly string[] RefusedOnPostgreSql =
    [
        "TRUNCATE security_logs",
        "TRUNCATE security_logs RESTART IDENTITY CASCADE",
        "TRUNCATE log_head",
        "SET session_replication_role = replica",
        "COPY security_logs FROM PROGRAM 'true'",
    ];

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_statement_that_would_tamper_with_the_log_is_refused(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await test.Store.Log.AppendAsync([SqlTestStore.AnEvent() with { ChangeId = "first" }, SqlTestStore.AnEvent(), SqlTestStore.AnEvent()], default);
        var before = await test.Store.Log.ReadAfterAsync(0, 10, default);
        var head = await test.Store.Log.HeadAsync(default);
        var accepted = new List<string>();

        foreach (var sql in Refused.Concat(engine == "sqlite" ? RefusedOnSqlite : RefusedOnPostgreSql))
        {
            var statement = new Statement(sql);
            try
            {
                await test.Store.Writer.RunAsync(session => session.Execute(statement), default);
                accepted.Add(sql);
            }
            catch (DbException)
            {
                // Refused, as it must be.
            }
        }

        Assert.Empty(accepted);
        Assert.Equal(before, await test.Store.Log.ReadAfterAsync(0, 10, default));
        Assert.Equal(head, await test.Store.Log.HeadAsync(default));
        await test.Store.Log.AppendAsync([SqlTestStore.AnEvent()], default);
        Assert.Equal(4, (await test.Store.Log.HeadAsync(default)).Seq);
    }
}
