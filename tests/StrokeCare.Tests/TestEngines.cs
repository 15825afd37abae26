using System.Globalization;
using System.Security.Cryptography;
using MongoDB.Driver;
using Npgsql;

namespace StrokeCare.Tests;

/// <summary>
/// The engines a test may use, as the environment names them (<c>eng/engines.sh up</c> prints the two variables).
/// An engine that is not configured is a visible skip, or a failure where STROKECARE_REQUIRE_ENGINES=1 says it must be there.
/// </summary>
public static class TestEngines
{
    private const string MongoVariable = "STROKECARE_TEST_MONGO_URI";
    private const string PostgresVariable = "STROKECARE_TEST_POSTGRES_URL";
    private const string RequiredVariable = "STROKECARE_REQUIRE_ENGINES";

    /// <summary>MongoDB or a compatible server, as <c>mongodb://…</c>; null when none is configured.</summary>
    public static string? MongoUri { get; } = Read(MongoVariable);

    /// <summary>PostgreSQL, as <c>postgresql://user[:password]@host[:port]/database</c>; its role may create databases. Null when none is configured.</summary>
    public static string? PostgresUrl { get; } = Read(PostgresVariable);

    /// <summary>Whether a missing engine fails the test instead of skipping it.</summary>
    public static bool Required { get; } = Read(RequiredVariable) == "1";

    /// <summary>The address of the engine, or the end of this test: skipped, or failed where engines are required.</summary>
    public static string RequireOrSkip(string? address, string engine)
    {
        if (address is not null)
            return address;
        var reason = $"no {engine} configured: run eng/engines.sh up and export what it prints";
        if (Required)
            Assert.Fail(reason);
        Assert.Skip(reason);
        return address; // Assert.Skip never returns; the compiler does not know.
    }

    public static string RequireMongo() => RequireOrSkip(MongoUri, "MongoDB");

    public static string RequirePostgres() => RequireOrSkip(PostgresUrl, "PostgreSQL");

    /// <summary>A name no other run uses: <c>test_&lt;topic&gt;_&lt;12 hex&gt;</c>, at most 40 characters, good for both engines.</summary>
    public static string NewDatabaseName(string topic)
    {
        var letters = topic.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(22);
        return $"test_{string.Concat(letters)}_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
    }

    /// <summary>The connection string of a database on the test server, for Npgsql (which does not read URLs).</summary>
    public static string PostgresConnectionString(string? database = null)
    {
        var url = new Uri(RequirePostgres());
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = database ?? url.AbsolutePath.Trim('/'),
        };
        return builder.ConnectionString;
    }

    /// <summary>The URL of another database on the test server, in the form DATABASE_URL takes.</summary>
    public static string PostgresUrlOf(string database) =>
        new UriBuilder(RequirePostgres()) { Path = database }.Uri.ToString();

    internal static string? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

/// <summary>
/// One fresh MongoDB database per test class, dropped at its end. As a class fixture it never throws for want of an engine:
/// the test that asks for <see cref="Database"/> is the one that is skipped.
/// </summary>
public sealed class MongoTestDatabase : IAsyncLifetime
{
    // One client for the whole run and never disposed: clients of one address share their connections, so disposing of one breaks the rest.
    private static readonly Lazy<MongoClient> Shared = new(() => new MongoClient(TestEngines.RequireMongo()));

    private bool _used;

    public string Name { get; } = TestEngines.NewDatabaseName("mongo");

    public MongoClient Client
    {
        get
        {
            TestEngines.RequireMongo();
            _used = true;
            return Shared.Value;
        }
    }

    public IMongoDatabase Database => Client.GetDatabase(Name);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_used)
            await Shared.Value.DropDatabaseAsync(Name);
    }
}

/// <summary>One fresh PostgreSQL database per test class, created on first use and dropped at its end.</summary>
public sealed class PostgresTestDatabase : IAsyncLifetime
{
    private bool _created;

    public string Name { get; } = TestEngines.NewDatabaseName("pg");

    /// <summary>The database's connection string for Npgsql; creates the database on the first call, or skips the test.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        await CreateAsync();
        return TestEngines.PostgresConnectionString(Name);
    }

    /// <summary>The database's address in the form DATABASE_URL takes; creates the database on the first call, or skips the test.</summary>
    public async Task<string> UrlAsync()
    {
        await CreateAsync();
        return TestEngines.PostgresUrlOf(Name);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_created)
            return;
        await DropAsync(Name);
    }

    public static async Task DropAsync(string database)
    {
        var drop = string.Create(CultureInfo.InvariantCulture, $"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(drop);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.InsufficientPrivilege && attempt < 50)
            {
                // The server's own housekeeping is in the database; only a superuser may end it, so it is waited for.
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private async Task CreateAsync()
    {
        if (_created)
            return;
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"CREATE DATABASE {Name}"));
        _created = true;
    }

    private static async Task ExecuteAsync(string sql)
    {
        // Unpooled: an idle connection to a server would outlive the test and count against max_connections.
        var connectionString = TestEngines.PostgresConnectionString() + ";Pooling=false";
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
