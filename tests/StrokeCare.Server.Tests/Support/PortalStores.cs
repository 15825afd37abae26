using System.Data.Common;
using Microsoft.Data.Sqlite;
using MongoDB.Driver;
using Npgsql;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Support;

/// <summary>Fresh stores of one pair and the settings that name them; gone at the end.</summary>
public sealed class PortalStores(Pair pair) : IAsyncDisposable
{
    private readonly PostgresTestDatabase postgres = new();
    private readonly MongoTestDatabase mongo = new();

    public string Instance { get; } = Directory.CreateTempSubdirectory("strokecare-").FullName;

    public async Task<Dictionary<string, string?>> SettingsAsync()
    {
        pair.Require();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["STROKECARE_INSTANCE"] = Instance,
            ["STROKECARE_URLS"] = "http://127.0.0.1:0",
        };
        if (pair.UsesPostgreSql()) settings["DATABASE_URL"] = await postgres.UrlAsync();
        if (!pair.UsesMongo()) return settings;
        settings["USE_MONGODB"] = "true";
        if (pair == Pair.SqliteMongoUsers) settings["USE_MONGODB_USERS"] = "true";
        settings["MONGO_URI"] = TestEngines.RequireMongo();
        // Named so that the fixture drops it.
        settings["MONGO_DB_NAME"] = mongo.Database.DatabaseNamespace.DatabaseName;
        return settings;
    }

    /// <summary>Past the product: the relational store by its own driver.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = pair.UsesPostgreSql()
            ? new NpgsqlConnection(await postgres.ConnectionStringAsync() + ";Pooling=false")
            : new SqliteConnection($"Data Source={Path.Combine(Instance, "stroke_care.db")};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Past the product: MongoDB by its own driver.</summary>
    public IMongoDatabase MongoDatabase => mongo.Database;

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        await mongo.DisposeAsync();
        Directory.Delete(Instance, recursive: true);
    }
}
