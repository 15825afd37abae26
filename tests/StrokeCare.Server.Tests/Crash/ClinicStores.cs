using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;
using Npgsql;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>One clinic's stores, keys and sign-ins: a copy of its pair's template, used by one lane and removed at the end.</summary>
internal sealed class ClinicStores : IAsyncDisposable
{
    private static readonly Lazy<MongoClient> Mongo = new(() => new MongoClient(TestEngines.RequireMongo()));

    private readonly string name = $"crash_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    private ClinicStores(StorePair pair)
    {
        Pair = pair;
        Instance = Directory.CreateTempSubdirectory("strokecare-crash-").FullName;
        Trap = new Trap(Instance);
        Trap.Disarm();
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATABASE_URL"] = pair.Postgres ? TestEngines.PostgresUrlOf(name) : $"sqlite:///{SqliteFile}",
            ["USE_MONGODB"] = pair.Mongo ? "true" : "false",
            ["USE_MONGODB_USERS"] = pair.MongoUsers ? "true" : "false",
            ["MONGO_URI"] = pair.Mongo ? TestEngines.RequireMongo() : "mongodb://127.0.0.1:1/",
            ["MONGO_DB_NAME"] = name,
            ["STROKECARE_INSTANCE"] = Instance,
        };
    }

    public StorePair Pair { get; }

    public string Instance { get; }

    public Trap Trap { get; }

    public string SqliteFile => Path.Combine(Instance, "stroke_care.db");

    public string PostgresConnectionString => TestEngines.PostgresConnectionString(name);

    public IMongoDatabase MongoDatabase => Mongo.Value.GetDatabase(name);

    public IReadOnlyDictionary<string, string> Environment { get; }

    public SignIns SignIns { get; private set; } = new();

    public static async Task<ClinicStores> EmptyAsync(StorePair pair)
    {
        var stores = new ClinicStores(pair);
        if (pair.Postgres) await ExecuteAsync($"CREATE DATABASE {stores.name}");
        return stores;
    }

    /// <summary>The same stores, MongoDB being reached by another way.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentThrough(string mongoUri) => new Dictionary<string, string>(Environment, StringComparer.Ordinal) { ["MONGO_URI"] = mongoUri };

    /// <summary>A copy of stores that no process is using. Of MongoDB only accounts are copied: nothing else is in the template's.</summary>
    public async Task<ClinicStores> CopyAsync()
    {
        var copy = new ClinicStores(Pair) { SignIns = SignIns with { } };
        if (Pair.Postgres) await ExecuteAsync($"CREATE DATABASE {copy.name} TEMPLATE {name}");
        foreach (var file in Directory.EnumerateFiles(Instance, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Instance, Path.GetRelativePath(Instance, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        foreach (var collection in Pair.MongoUsers ? await (await MongoDatabase.ListCollectionNamesAsync()).ToListAsync() : [])
        {
            var documents = await MongoDatabase.GetCollection<BsonDocument>(collection).Find(FilterDefinition<BsonDocument>.Empty).ToListAsync();
            if (documents.Count > 0) await copy.MongoDatabase.GetCollection<BsonDocument>(collection).InsertManyAsync(documents);
        }

        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        if (Pair.Postgres) await PostgresTestDatabase.DropAsync(name);
        if (Pair.Mongo) await Mongo.Value.DropDatabaseAsync(name);
        Directory.Delete(Instance, recursive: true);
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(TestEngines.PostgresConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
