using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>What a driver decides by whether it may send a write again, and what keeps that from being a second write.</summary>
public sealed class GatewayRetryTests : IAsyncLifetime
{
    private const string RetryableWrite = "RetryableWriteError";
    private const string TransientTransaction = "TransientTransactionError";

    private readonly string database = TestEngines.NewDatabaseName("retry");
    private OwnGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await OwnGateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (gateway is null) return;
        await gateway.Client.DropDatabaseAsync(database);
        await gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("insert", Kind.Numbered, 10107, RetryableWrite)]
    [InlineData("insert", Kind.Numbered, 91, RetryableWrite)]
    [InlineData("insert", Kind.Numbered, 112, null)]
    [InlineData("insert", Kind.Plain, 10107, null)]
    [InlineData("insert", Kind.Transaction, 112, TransientTransaction)]
    [InlineData("insert", Kind.Transaction, 10107, TransientTransaction)]
    [InlineData("insert", Kind.Transaction, 121, null)]
    [InlineData("commitTransaction", Kind.Transaction, 91, RetryableWrite)]
    [InlineData("commitTransaction", Kind.Transaction, 251, TransientTransaction)]
    [InlineData("abortTransaction", Kind.Transaction, 91, RetryableWrite)]
    public async Task An_error_bears_the_label_that_a_server_gives_it(string command, Kind kind, int code, string? label)
    {
        await using var wire = await WireClient.ConnectAsync(gateway);
        await gateway.ArmAsync("label", new BsonDocument("times", 1), new BsonDocument { { "failCommands", new BsonArray { command } }, { "errorCode", code } });
        var body = command == "insert" ? Insert(1) : new BsonDocument(command, 1);
        if (kind != Kind.Plain) body.AddRange(new BsonDocument { { "lsid", WireClient.NewSession() }, { "txnNumber", 1L } });
        if (kind == Kind.Transaction) body.AddRange(command == "insert" ? new BsonDocument { { "startTransaction", true }, { "autocommit", false } } : new BsonDocument("autocommit", false));

        var reply = await wire.RunAsync(command == "insert" ? database : "admin", body);

        Assert.Equal(1, await gateway.DisarmAsync("label"));
        Assert.Equal((0.0, code), (reply["ok"], reply["code"]));
        Assert.Equal(label is null ? [] : [label], reply.GetValue("errorLabels", new BsonArray()).AsBsonArray.Select(each => each.AsString));
    }

    [Fact]
    public async Task A_write_is_answered_from_its_first_result_after_the_gateway_was_killed()
    {
        var session = WireClient.NewSession();
        await Rows.InsertOneAsync(new() { { "_id", 1 }, { "n", 0 } });
        var first = await IncrementAsync(session, 1);
        await gateway.KillAsync();
        await gateway.StartAgainAsync();

        Assert.Equal(first, await IncrementAsync(session, 1));
        Assert.Equal(1, await NumberAsync());
        await IncrementAsync(session, 2);
        Assert.Equal(2, await NumberAsync());
    }

    [Fact]
    public async Task A_write_that_was_refused_as_a_duplicate_is_refused_again_and_says_the_same()
    {
        var session = WireClient.NewSession();
        await Rows.InsertOneAsync(new() { { "_id", 1 }, { "n", 0 } });
        var insert = Insert(1).AddRange(new BsonDocument { { "lsid", session }, { "txnNumber", 1L } });
        BsonDocument first;
        await using (var wire = await WireClient.ConnectAsync(gateway)) first = await wire.RunAsync(database, insert);
        Assert.Equal(11000, first["writeErrors"][0]["code"]);
        await gateway.KillAsync();
        await gateway.StartAgainAsync();

        await using var after = await WireClient.ConnectAsync(gateway);
        Assert.Equal(first, await after.RunAsync(database, insert));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_with_the_gateway_is_answered_when_it_is_sent_again()
    {
        var session = WireClient.NewSession();
        await Rows.InsertOneAsync(new BsonDocument("_id", 0));
        var inside = new BsonDocument { { "lsid", session }, { "txnNumber", 1L }, { "autocommit", false } };
        var commit = new BsonDocument("commitTransaction", 1).AddRange(inside);
        await using (var wire = await WireClient.ConnectAsync(gateway))
        {
            await wire.RunAsync(database, Insert(1).AddRange(inside).Add("startTransaction", true));
            Assert.Equal(1.0, (await wire.RunAsync("admin", commit))["ok"]);
        }

        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await using var after = await WireClient.ConnectAsync(gateway);
        Assert.Equal(1.0, (await after.RunAsync("admin", commit))["ok"]);
        Assert.Equal("NoSuchTransaction", (await after.RunAsync("admin", new BsonDocument(commit) { ["txnNumber"] = 2L }))["codeName"]);
        Assert.Equal(2, await Rows.CountDocumentsAsync(new BsonDocument()));
    }

    private IMongoCollection<BsonDocument> Rows => gateway.Client.GetDatabase(database).GetCollection<BsonDocument>("rows");

    private async Task<int> NumberAsync() => (await Rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32;

    private async Task<BsonDocument> IncrementAsync(BsonDocument session, long number)
    {
        await using var wire = await WireClient.ConnectAsync(gateway);
        return await wire.RunAsync(database, new BsonDocument
        {
            { "update", "rows" },
            { "updates", new BsonArray { BsonDocument.Parse("{ q: { _id: 1 }, u: { $inc: { n: 1 } } }") } },
            { "lsid", session },
            { "txnNumber", number },
        });
    }

    private static BsonDocument Insert(int id) => new() { { "insert", "rows" }, { "documents", new BsonArray { new BsonDocument("_id", id) } } };

    /// <summary>How a command is sent: as it is, with a number that makes a write one to repeat, or inside a transaction.</summary>
    public enum Kind
    {
        Plain,
        Numbered,
        Transaction,
    }
}
