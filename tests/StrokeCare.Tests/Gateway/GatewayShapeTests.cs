using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Servers;

namespace StrokeCare.Tests.Gateway;

/// <summary>The three kinds of server that the gateway can say it is: what each is asked for, and what each does not know.</summary>
public sealed class GatewayShapeTests
{
    private const int IllegalOperation = 20;
    private const int CommandNotFound = 59;
    private const int NoReplicationEnabled = 76;

    [Fact]
    public async Task A_standalone_takes_no_numbered_writes_and_is_in_no_set()
    {
        await using var gateway = await OwnGateway.StartAsync("standalone");
        await using var wire = await WireClient.ConnectAsync(gateway);
        var hello = await HelloAsync(wire);
        Assert.False(hello.Contains("setName") || hello.Contains("msg"));
        var numbered = new BsonDocument
        {
            { "insert", "rows" }, { "documents", new BsonArray { new BsonDocument("_id", 1) } }, { "lsid", WireClient.NewSession() }, { "txnNumber", 1L },
        };
        Assert.Equal(IllegalOperation, await CodeAsync(wire, numbered));
        Assert.Equal(NoReplicationEnabled, await CodeAsync(wire, new BsonDocument("replSetGetConfig", 1)));
        Assert.Equal(NoReplicationEnabled, await CodeAsync(wire, new BsonDocument("replSetGetStatus", 1)));
        await AssertUnknownAsync(wire, "isdbgrid", "listShards", "shardCollection", "enableSharding", "getDefaultRWConcern");
        await AssertDriverSeesAsync(gateway.Uri, ClusterType.Standalone, ServerType.Standalone);
    }

    [Fact]
    public async Task A_replica_set_names_its_member_and_its_configuration()
    {
        await using var gateway = await OwnGateway.StartAsync("replicaset");
        await using var wire = await WireClient.ConnectAsync(gateway);
        var (hello, address) = (await HelloAsync(wire), $"127.0.0.1:{gateway.Port}");
        Assert.Equal(("rs0", address, address, false), (hello["setName"], hello["primary"], hello["me"], hello["secondary"]));
        Assert.Equal(new BsonArray { address }, hello["hosts"]);
        Assert.True(hello.Contains("electionId") && hello["lastWrite"].AsBsonDocument.Contains("opTime"));
        var config = (await wire.RunAsync("admin", new BsonDocument("replSetGetConfig", 1)))["config"];
        Assert.Equal(("rs0", address, false), (config["_id"], config["members"][0]["host"], config["members"][0]["arbiterOnly"]));
        Assert.Equal("PRIMARY", (await wire.RunAsync("admin", new BsonDocument("replSetGetStatus", 1)))["members"][0]["stateStr"]);
        Assert.Equal("majority", (await wire.RunAsync("admin", new BsonDocument("getDefaultRWConcern", 1)))["defaultWriteConcern"]["w"]);
        await AssertUnknownAsync(wire, "isdbgrid", "listShards", "shardCollection", "enableSharding");
        await AssertDriverSeesAsync($"mongodb://{address}/?replicaSet=rs0", ClusterType.ReplicaSet, ServerType.ReplicaSetPrimary);
    }

    [Fact]
    public async Task A_router_shards_and_has_no_configuration_of_a_set()
    {
        await using var gateway = await OwnGateway.StartAsync("sharded");
        await using var wire = await WireClient.ConnectAsync(gateway);
        var hello = await HelloAsync(wire);
        Assert.Equal("isdbgrid", hello["msg"]);
        Assert.False(hello.Contains("setName"));
        Assert.Single((await wire.RunAsync("admin", new BsonDocument("listShards", 1)))["shards"].AsBsonArray);
        Assert.Equal(1.0, (await wire.RunAsync("admin", new BsonDocument("enableSharding", "any")))["ok"]);
        await AssertUnknownAsync(wire, "replSetGetConfig", "replSetGetStatus");
        await AssertDriverSeesAsync($"mongodb://127.0.0.1:{gateway.Port}/", ClusterType.Sharded, ServerType.ShardRouter);
    }

    [Theory]
    [InlineData("replicaset", "replicaSet=rs0")]
    [InlineData("sharded", "retryWrites=true")]
    public async Task The_driver_writes_in_transactions_and_again_after_a_lost_answer(string topology, string options)
    {
        await using var gateway = await OwnGateway.StartAsync(topology);
        var database = TestEngines.NewDatabaseName("shape");
        using var client = new MongoClient($"mongodb://127.0.0.1:{gateway.Port}/?{options}");
        var rows = client.GetDatabase(database).GetCollection<BsonDocument>("rows");
        try
        {
            await rows.InsertOneAsync(new() { { "_id", 1 }, { "n", 0 } });
            using (var session = await client.StartSessionAsync())
                await session.WithTransactionAsync(async (inside, ct) => await rows.UpdateOneAsync(inside, new BsonDocument("_id", 1), Increment, cancellationToken: ct));
            await gateway.ArmAsync("lost", new BsonDocument("times", 1), new BsonDocument
            {
                { "failCommands", new BsonArray { "update" } }, { "closeConnection", true }, { "when", "after" },
            });
            await rows.UpdateOneAsync(new BsonDocument("_id", 1), Increment);
            Assert.Equal(1, await gateway.DisarmAsync("lost"));
            Assert.Equal(2, (await rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);
        }
        finally
        {
            await client.DropDatabaseAsync(database);
        }
    }

    private static UpdateDefinition<BsonDocument> Increment => Builders<BsonDocument>.Update.Inc("n", 1);

    private static async Task<BsonDocument> HelloAsync(WireClient wire)
    {
        var hello = await wire.RunAsync("admin", new BsonDocument("hello", 1));
        Assert.Equal((true, 21, 16 * 1024 * 1024, 48_000_000, 100_000), (hello["isWritablePrimary"], hello["maxWireVersion"], hello["maxBsonObjectSize"], hello["maxMessageSizeBytes"], hello["maxWriteBatchSize"]));
        Assert.Equal(30, hello["logicalSessionTimeoutMinutes"]);
        var legacy = (await wire.QueryAsync(new BsonDocument("isMaster", 1)))!;
        Assert.Equal(hello.GetValue("setName", ""), legacy.GetValue("setName", ""));
        Assert.True(legacy["ismaster"].AsBoolean);
        return hello;
    }

    private static async Task AssertUnknownAsync(WireClient wire, params string[] commands)
    {
        foreach (var command in commands) Assert.Equal((command, CommandNotFound), (command, await CodeAsync(wire, new BsonDocument(command, 1))));
    }

    private static async Task<int> CodeAsync(WireClient wire, BsonDocument command) => (await wire.RunAsync("admin", command)).GetValue("code", 0).ToInt32();

    private static async Task AssertDriverSeesAsync(string uri, ClusterType cluster, ServerType server)
    {
        using var client = new MongoClient(uri);
        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1));
        Assert.Equal((cluster, server), (client.Cluster.Description.Type, Assert.Single(client.Cluster.Description.Servers).Type));
    }
}
