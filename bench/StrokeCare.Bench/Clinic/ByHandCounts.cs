using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;
using Npgsql;

namespace StrokeCare.Bench.Clinic;

/// <summary>The risk groups as somebody counts them by hand: the bare statement or pipeline, and its rows read.</summary>
internal interface IByHandCounts : IAsyncDisposable
{
    const string Sql = "SELECT risk_level, count(*), avg(age), avg(stroke_risk) FROM patients WHERE archived_at IS NULL GROUP BY risk_level";

    /// <summary>How many patients are in all groups together.</summary>
    Task<long> RiskGroupsAsync(CancellationToken ct);
}

internal sealed class SqliteCounts(string file) : IByHandCounts
{
    private readonly SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
    private SqliteCommand? command;

    public Task<long> RiskGroupsAsync(CancellationToken ct)
    {
        if (command is null)
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY";
            pragmas.ExecuteNonQuery();
            command = connection.CreateCommand();
            command.CommandText = IByHandCounts.Sql;
        }

        using var row = command.ExecuteReader();
        var all = 0L;
        while (row.Read()) all += row.GetInt64(1);
        return Task.FromResult(all);
    }

    public async ValueTask DisposeAsync()
    {
        if (command is not null) await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}

internal sealed class PostgresCounts(string connectionString) : IByHandCounts
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);

    public async Task<long> RiskGroupsAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(IByHandCounts.Sql);
        await using var row = await command.ExecuteReaderAsync(ct);
        var all = 0L;
        while (await row.ReadAsync(ct)) all += row.GetInt64(1);
        return all;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

internal sealed class MongoCounts(string uri, string database) : IByHandCounts
{
    private static readonly BsonDocument[] Pipeline =
    [
        new("$match", new BsonDocument("archived", false)),
        new("$group", new BsonDocument
        {
            { "_id", "$risk_level" }, { "count", new BsonDocument("$sum", 1) }, { "age", new BsonDocument("$avg", "$age") }, { "risk", new BsonDocument("$avg", "$stroke_risk") },
        }),
    ];

    private readonly MongoClient client = new(uri);

    public IMongoDatabase Database => client.GetDatabase(database);

    public async Task<long> RiskGroupsAsync(CancellationToken ct)
    {
        var groups = await Database.GetCollection<BsonDocument>("patients").Aggregate<BsonDocument>(Pipeline, cancellationToken: ct).ToListAsync(ct);
        return groups.Sum(group => group["count"].ToInt64());
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
