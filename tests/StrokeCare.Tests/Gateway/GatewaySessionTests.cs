using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>Transactions and retryable writes: what a driver needs sessions for.</summary>
public sealed class GatewaySessionTests(MongoTestDatabase mongo) : IClassFixture<MongoTestDatabase>
{
    private IMongoCollection<BsonDocument> Collection(string name) => mongo.Database.GetCollection<BsonDocument>(name);

    [Fact]
    public async Task A_committed_transaction_is_seen_whole_and_only_then()
    {
        var rows = Collection("committed");
        using var session = await mongo.Client.StartSessionAsync();
        session.StartTransaction(new TransactionOptions(ReadConcern.Snapshot, writeConcern: WriteConcern.WMajority));
        await rows.InsertOneAsync(session, new BsonDocument("_id", 1));
        await rows.InsertOneAsync(session, new BsonDocument("_id", 2));
        Assert.Equal(2, await rows.CountDocumentsAsync(session, new BsonDocument()));
        Assert.Equal(0, await rows.CountDocumentsAsync(new BsonDocument()));
        await session.CommitTransactionAsync();
        Assert.Equal(2, await rows.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task An_aborted_transaction_leaves_nothing()
    {
        var rows = Collection("aborted");
        using var session = await mongo.Client.StartSessionAsync();
        session.StartTransaction();
        await rows.InsertOneAsync(session, new BsonDocument("_id", 1));
        await session.AbortTransactionAsync();
        Assert.Equal(0, await rows.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task An_error_ends_a_transaction()
    {
        var rows = Collection("failed");
        await rows.InsertOneAsync(new BsonDocument("_id", 1));
        using var session = await mongo.Client.StartSessionAsync();
        session.StartTransaction();
        await rows.InsertOneAsync(session, new BsonDocument("_id", 2));
        await Assert.ThrowsAsync<MongoWriteException>(() => rows.InsertOneAsync(session, new BsonDocument("_id", 1)));
        var gone = await Assert.ThrowsAsync<MongoCommandException>(() => session.CommitTransactionAsync());
        Assert.Equal(251, gone.Code);
        Assert.True(gone.HasErrorLabel("TransientTransactionError"));
        Assert.Equal(1, await rows.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task Two_transactions_on_one_document_conflict_and_the_driver_repeats_the_loser()
    {
        var rows = Collection("conflict");
        await rows.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "n", 0 } });
        using (var first = await mongo.Client.StartSessionAsync())
        using (var second = await mongo.Client.StartSessionAsync())
        {
            first.StartTransaction();
            second.StartTransaction();
            await rows.Find(second, new BsonDocument("_id", 1)).SingleAsync();
            await rows.UpdateOneAsync(first, new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Inc("n", 1));
            await first.CommitTransactionAsync();
            var lost = await Assert.ThrowsAsync<MongoCommandException>(() =>
                rows.UpdateOneAsync(second, new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Inc("n", 1)));
            Assert.Equal(112, lost.Code);
            Assert.True(lost.HasErrorLabel("TransientTransactionError"));
        }
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var session = await mongo.Client.StartSessionAsync();
            await session.WithTransactionAsync(async (current, ct) =>
                await rows.UpdateOneAsync(current, new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Inc("n", 1), cancellationToken: ct));
        }));
        Assert.Equal(9, (await rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);
    }

    [Fact]
    public async Task A_transaction_of_a_client_that_hung_up_is_rolled_back()
    {
        var rows = Collection("hungup");
        await rows.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "n", 0 } });
        var settings = MongoClientSettings.FromConnectionString(TestEngines.RequireMongo());
        settings.ApplicationName = "hangs-up"; // a client of its own, so that disposing of it closes its connections only
        using (var client = new MongoClient(settings))
        {
            using var session = await client.StartSessionAsync();
            session.StartTransaction();
            await client.GetDatabase(mongo.Name).GetCollection<BsonDocument>("hungup")
                .UpdateOneAsync(session, new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Set("n", 100));
            client.Dispose();
        }
        // Blocks for as long as the row is locked.
        await rows.UpdateOneAsync(new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Inc("n", 1)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, (await rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);
    }

    [Fact]
    public async Task A_retried_write_is_answered_again_and_not_applied_again()
    {
        var rows = Collection("retried");
        await rows.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "n", 0 } });
        var session = new BsonDocument("id", new BsonBinaryData(RandomNumberGenerator.GetBytes(16), BsonBinarySubType.UuidStandard));

        var first = await IncrementAsync(session, 1);
        var retry = await IncrementAsync(session, 1);
        Assert.Equal(first, retry);
        Assert.Equal(1, (await rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);

        await IncrementAsync(session, 2);
        Assert.Equal(2, (await rows.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);
        var old = await Assert.ThrowsAsync<MongoCommandException>(() => IncrementAsync(session, 1));
        Assert.Equal(225, old.Code);
    }

    private Task<BsonDocument> IncrementAsync(BsonDocument session, long number) => mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument
    {
        { "update", "retried" },
        { "updates", new BsonArray { BsonDocument.Parse("{ q: { _id: 1 }, u: { $inc: { n: 1 } } }") } },
        { "lsid", session },
        { "txnNumber", number },
    });
}
