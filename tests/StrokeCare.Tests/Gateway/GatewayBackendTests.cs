using MongoDB.Bson;
using MongoDB.Driver;
using Npgsql;

namespace StrokeCare.Tests.Gateway;

public sealed class GatewayBackendTests
{
    private const int Crowd = 10;

    [Fact]
    public async Task After_a_crowd_a_single_client_meets_the_backend_that_answered_last()
    {
        await using var gateway = await OwnGateway.StartAsync();
        await using var engine = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(gateway.Engine) { ApplicationName = "test", Pooling = false }.ConnectionString);
        await engine.OpenAsync();
        var rows = gateway.Client.GetDatabase("nothing_is_written_here").GetCollection<BsonDocument>("rows");
        await CrowdAsync(rows, Crowd);
        Assert.InRange(await BackendsAsync(since: DateTime.UnixEpoch), Crowd, 2 * Crowd);

        var before = (DateTime)await AskAsync("SELECT clock_timestamp()");
        for (var i = 0; i < 20; i++)
            await rows.Find(new BsonDocument()).ToListAsync();
        // What it sweeps away by itself now and then may need another.
        Assert.InRange(await BackendsAsync(before), 1, 2);

        async Task<long> BackendsAsync(DateTime since) =>
            (long)await AskAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND query_start > $2", $"gateway-{gateway.Port}", since);

        async Task<object> AskAsync(string sql, params object[] arguments)
        {
            await using var command = new NpgsqlCommand(sql, engine);
            foreach (var argument in arguments)
                command.Parameters.Add(new NpgsqlParameter { Value = argument });
            return (await command.ExecuteScalarAsync())!;
        }
    }

    // Each transaction has a backend to itself.
    private static async Task CrowdAsync(IMongoCollection<BsonDocument> rows, int count)
    {
        var sessions = new List<IClientSessionHandle>();
        for (var i = 0; i < count; i++)
        {
            sessions.Add(await rows.Database.Client.StartSessionAsync());
            sessions[i].StartTransaction();
            await rows.Find(sessions[i], new BsonDocument()).ToListAsync();
        }

        foreach (var session in sessions)
        {
            await session.AbortTransactionAsync();
            session.Dispose();
        }
    }
}
