using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Sql;

/// <summary>What becomes of a database that was there before accounts had sessions.</summary>
public sealed class AccountsScriptTests
{
    private const string Before =
        """
        INSERT INTO users (username, email, password_hash, role, created_at, normalized_username, normalized_email)
        VALUES ('ada', 'ada@x', 'h', 'admin', '2024-02-29T23:59:59.999Z', 'ADA', 'ADA@X'), ('bob', 'bob@x', 'h', 'doctor', '2025-01-01T00:00:00.000Z', 'BOB', 'BOB@X');
        """;

    private const string SessionBefore =
        "INSERT INTO sessions (id, user_id, token_hash, created_at, last_used_at, expires_at) SELECT 's', id, password_hash{cast}, 1, 1, 9999999999999 FROM users WHERE username = 'ada';";

    [Fact]
    public async Task Accounts_stay_with_passwords_as_old_as_they_are_on_sqlite()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await MigrateAsync(connection, "Sqlite", Session(""));
    }

    [Fact]
    public async Task Accounts_stay_with_passwords_as_old_as_they_are_on_postgresql()
    {
        await using var database = new PostgresTestDatabase();
        await using var connection = new NpgsqlConnection(await database.ConnectionStringAsync() + ";Pooling=false");
        await connection.OpenAsync();
        await MigrateAsync(connection, "PostgreSql", Session("::bytea"));
    }

    private static string Session(string cast) => SessionBefore.Replace("{cast}", cast, StringComparison.Ordinal);

    private static async Task MigrateAsync(DbConnection connection, string folder, string session)
    {
        await ExecuteAsync(connection, Script(folder, "0001-first-stores.sql") + Before + session);

        await ExecuteAsync(connection, Script(folder, "0003-accounts.sql"));

        Assert.Equal(2L, Convert.ToInt64(await ScalarAsync(connection, "SELECT count(*) FROM users WHERE password_changed_at = created_at AND reserved_by IS NULL"), CultureInfo.InvariantCulture));
        Assert.Equal(0L, Convert.ToInt64(await ScalarAsync(connection, "SELECT count(*) FROM sessions"), CultureInfo.InvariantCulture));
    }

    private static string Script(string folder, string name)
    {
        using var reader = new StreamReader(typeof(RelationalStore).Assembly.GetManifestResourceStream($"StrokeCare.Sql.Scripts.{folder}.{name}")!);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }
}
