using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

public sealed class GuardTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    /// <summary>Fails after a change to append-only.sql: the lines it found are the new append-only.sha256.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task A_fresh_migration_has_the_triggers_of_the_shipped_list(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine, migrate: false);
        // It ends with this very check, after the scripts are committed.
        await Record.ExceptionAsync(() => test.Store.MigrateAsync(null, default));

        var found = await Guards.FoundAsync(test.Store.Dialect, test.Store.Readers, default);

        Assert.Equal(Lines(Guards.Shipped(test.Store.Dialect)), Lines(found));
        await test.Store.EnsureCurrentAsync(default);
    }

    [Theory]
    [InlineData("CREATE TRIGGER security_logs_no_delete BEFORE DELETE ON security_logs BEGIN SELECT 1; END")]
    [InlineData("CREATE TRIGGER security_logs_no_delete BEFORE DELETE ON security_logs WHEN OLD.seq > 5 BEGIN SELECT RAISE(ABORT, 'security_logs is append-only'); END")]
    [InlineData("CREATE TRIGGER security_logs_no_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'security_logs is append-only'); END")]
    public async Task On_SQLite_a_trigger_made_anew_under_its_name_is_refused_by_name(string another) =>
        await RefusedAsync("sqlite", "security_logs_no_delete", "DROP TRIGGER security_logs_no_delete", another);

    [Theory]
    [InlineData("security_logs_refuse", "BEGIN RETURN NULL; END")]
    [InlineData("security_logs_guard", "BEGIN RETURN NEW; END")]
    [InlineData("log_head_guard", "BEGIN RETURN NEW; END")]
    public async Task On_PostgreSQL_a_function_with_another_body_is_refused_by_the_name_of_its_trigger(string function, string body) => await RefusedAsync(
        "postgresql", function switch { "security_logs_refuse" => "security_logs_no_delete", "security_logs_guard" => "security_logs_next_seq", _ => "log_head_forward" },
        $"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS '{body}'");

    [Theory]
    [InlineData("CREATE OR REPLACE TRIGGER security_logs_no_update BEFORE UPDATE OF status ON security_logs FOR EACH STATEMENT EXECUTE FUNCTION security_logs_refuse()")]
    [InlineData("CREATE OR REPLACE TRIGGER security_logs_no_update BEFORE UPDATE ON security_logs FOR EACH ROW EXECUTE FUNCTION security_logs_refuse()")]
    [InlineData("CREATE OR REPLACE TRIGGER security_logs_no_update BEFORE UPDATE ON security_logs FOR EACH ROW WHEN (OLD.seq > 5) EXECUTE FUNCTION security_logs_refuse()")]
    [InlineData("ALTER TABLE security_logs ENABLE TRIGGER security_logs_no_update")]
    [InlineData("ALTER TABLE security_logs DISABLE TRIGGER security_logs_no_update")]
    public async Task On_PostgreSQL_a_trigger_that_fires_at_other_times_is_refused_by_name(string another) =>
        await RefusedAsync("postgresql", "security_logs_no_update", another);

    [Fact]
    public async Task On_PostgreSQL_a_guard_that_would_look_at_another_schema_is_refused() =>
        await RefusedAsync("postgresql", "security_logs_next_seq", "ALTER FUNCTION security_logs_guard() SET search_path = elsewhere");

    [Theory]
    [InlineData("sqlite", "CREATE TRIGGER extra AFTER INSERT ON security_logs BEGIN SELECT 1; END")]
    [InlineData("postgresql", "CREATE TRIGGER extra AFTER INSERT ON security_logs FOR EACH ROW EXECUTE FUNCTION log_head_refuse()")]
    public async Task A_trigger_that_is_not_the_portals_is_refused_by_name(string engine, string another) => await RefusedAsync(engine, "extra", another);

    private static async Task RefusedAsync(string engine, string trigger, params string[] statements)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        foreach (var sql in statements)
        {
            var statement = new Statement(sql);
            await test.Store.Writer.RunAsync(session => session.Execute(statement), default);
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.EnsureCurrentAsync(default));

        Assert.Contains($"trigger {trigger} ", refused.Message, StringComparison.Ordinal);
    }

    private static string Lines(Dictionary<string, string> triggers) =>
        string.Join('\n', triggers.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Value}  {t.Key}"));
}
