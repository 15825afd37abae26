using MongoDB.Bson;

namespace StrokeCare.Tests.Gateway;

/// <summary>The messages themselves, past the driver: what it sends only sometimes, and what it would not show.</summary>
public sealed class GatewayWireTests : IAsyncLifetime
{
    private const int CommandNotFound = 59;

    private readonly string database = TestEngines.NewDatabaseName("wire");
    private OwnGateway gateway = null!;
    private WireClient wire = null!;

    public async ValueTask InitializeAsync()
    {
        gateway = await OwnGateway.StartAsync();
        wire = await WireClient.ConnectAsync(gateway);
    }

    public async ValueTask DisposeAsync()
    {
        if (wire is null) return;
        await gateway.Client.DropDatabaseAsync(database);
        await wire.DisposeAsync();
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_checksum_is_looked_at_and_a_wrong_one_ends_the_connection()
    {
        Assert.Equal(1, (await wire.RunWithChecksumAsync(database, Insert(1), spoiled: false))!["n"].ToInt32());
        Assert.Null(await wire.RunWithChecksumAsync(database, Insert(2), spoiled: true));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Documents_beside_the_command_are_written_and_two_kinds_of_them_end_the_connection()
    {
        BsonDocument[] documents = [new("_id", 1), new("_id", 2)];
        Assert.Equal(2, (await wire.RunWithSequencesAsync(database, new BsonDocument("insert", "rows"), ("documents", documents)))!["n"].ToInt32());
        Assert.Null(await wire.RunWithSequencesAsync(database, new BsonDocument("insert", "rows"), ("documents", [new("_id", 3)]), ("documents", [new("_id", 4)])));
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Who_wants_no_answer_gets_none()
    {
        await wire.TellAsync(database, Insert(1));
        Assert.Equal(1.0, (await wire.RunAsync(database, new BsonDocument("ping", 1)))["ok"]);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task The_older_message_serves_for_hello_alone()
    {
        Assert.True((await wire.QueryAsync(new BsonDocument { { "isMaster", 1 }, { "helloOk", true } }))!["helloOk"].AsBoolean);
        Assert.Null(await wire.QueryAsync(new BsonDocument("ping", 1)));
    }

    [Fact]
    public async Task A_command_that_there_is_not_is_said_to_be_none()
    {
        var reply = await wire.RunAsync(database, new BsonDocument("makeCoffee", 1));
        Assert.Equal((0.0, CommandNotFound, "CommandNotFound", "no such command: 'makeCoffee'"), (reply["ok"], reply["code"], reply["codeName"], reply["errmsg"]));
    }

    [Fact]
    public async Task A_killed_cursor_is_gone()
    {
        await wire.RunWithSequencesAsync(database, new BsonDocument("insert", "rows"), ("documents", [.. Enumerable.Range(0, 5).Select(i => new BsonDocument("_id", i))]));
        var cursor = (await wire.RunAsync(database, new BsonDocument { { "find", "rows" }, { "batchSize", 2 } }))["cursor"]["id"];
        var kill = new BsonDocument { { "killCursors", "rows" }, { "cursors", new BsonArray { cursor } } };
        Assert.Equal(new BsonArray { cursor }, (await wire.RunAsync(database, kill))["cursorsKilled"]);
        Assert.Equal(new BsonArray { cursor }, (await wire.RunAsync(database, kill))["cursorsNotFound"]);
        Assert.Equal("CursorNotFound", (await wire.RunAsync(database, new BsonDocument { { "getMore", cursor }, { "collection", "rows" } }))["codeName"]);
    }

    [Fact]
    public async Task A_collection_tells_how_much_is_in_it()
    {
        await wire.RunAsync(database, Insert(1));
        var stats = await wire.RunAsync(database, new BsonDocument("collStats", "rows"));
        Assert.Equal(($"{database}.rows", 1, 1), (stats["ns"], stats["count"].ToInt32(), stats["ok"].ToInt32()));
        Assert.True(stats["size"].ToInt64() > 0);
    }

    private async Task<int> CountAsync()
    {
        await using var another = await WireClient.ConnectAsync(gateway);
        return (await another.RunAsync(database, new BsonDocument("count", "rows")))["n"].ToInt32();
    }

    private static BsonDocument Insert(int id) => new() { { "insert", "rows" }, { "documents", new BsonArray { new BsonDocument("_id", id) } } };
}
