using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>Reads, cursors over several batches, and the commands about collections and databases.</summary>
public sealed class GatewayReadTests(MongoTestDatabase mongo) : IClassFixture<MongoTestDatabase>
{
    private IMongoCollection<BsonDocument> Collection(string name) => mongo.Database.GetCollection<BsonDocument>(name);

    private static IEnumerable<BsonDocument> Numbered(int count) =>
        Enumerable.Range(0, count).Select(i => new BsonDocument { { "_id", i }, { "a", i % 10 }, { "b", (i * 7919) % count } });

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    [InlineData("_id")]
    public async Task A_cursor_gives_every_document_once_over_many_batches(string? sort)
    {
        var rows = Collection($"batches_{sort}");
        await rows.InsertManyAsync(Numbered(2500));
        var find = rows.Find(new BsonDocument(), new FindOptions { BatchSize = 100 });
        var found = await (sort is null ? find : find.Sort(new BsonDocument(sort, 1))).ToListAsync();
        Assert.Equal(2500, found.Select(row => row["_id"].AsInt32).Distinct().Count());
        if (sort is not null)
            Assert.Equal(Enumerable.Range(0, 2500), found.Select(row => row[sort].AsInt32));
    }

    [Fact]
    public async Task A_killed_or_unknown_cursor_is_said_to_be_gone()
    {
        await Collection("killed").InsertManyAsync(Numbered(50));
        var first = await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument { { "find", "killed" }, { "batchSize", 5 }, { "sort", new BsonDocument("b", 1) } });
        var id = first["cursor"]["id"];
        Assert.NotEqual(0, id.ToInt64());
        var killed = await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument { { "killCursors", "killed" }, { "cursors", new BsonArray { id, 77L } } });
        Assert.Equal(new BsonArray { id }, killed["cursorsKilled"]);
        Assert.Equal(new BsonArray { 77L }, killed["cursorsNotFound"]);
        var gone = await Assert.ThrowsAsync<MongoCommandException>(() =>
            mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument { { "getMore", id }, { "collection", "killed" } }));
        Assert.Equal(43, gone.Code);
    }

    [Fact]
    public async Task Aggregates_group_in_the_engine()
    {
        var rows = Collection("groups");
        await rows.InsertManyAsync(Numbered(1000));
        var groups = await rows.Aggregate()
            .Match(Builders<BsonDocument>.Filter.Lt("a", 3))
            .Group(BsonDocument.Parse("{ _id: '$a', n: { $sum: 1 }, mean: { $avg: '$b' } }"))
            .Sort(new BsonDocument("_id", 1))
            .ToListAsync();
        Assert.Equal([100, 100, 100], groups.Select(group => group["n"].ToInt32()));
        Assert.Equal([0, 1, 2], groups.Select(group => group["_id"].AsInt32));
    }

    [Fact]
    public async Task Count_distinct_projection_and_skip_work()
    {
        var rows = Collection("reads");
        await rows.InsertManyAsync(Numbered(100));
        Assert.Equal(10, await rows.CountDocumentsAsync(new BsonDocument("a", 4)));
        Assert.Equal(100, await rows.EstimatedDocumentCountAsync());
        Assert.Equal(Enumerable.Range(0, 10), (await (await rows.DistinctAsync<int>("a", new BsonDocument())).ToListAsync()).Order());
        var page = await rows.Find(new BsonDocument()).Sort(new BsonDocument("_id", -1)).Skip(10).Limit(2).Project(new BsonDocument("b", 0)).ToListAsync();
        Assert.Equal([new BsonDocument { { "_id", 89 }, { "a", 9 } }, new BsonDocument { { "_id", 88 }, { "a", 8 } }], page);
        Assert.Null(await rows.Find(new BsonDocument("_id", -1)).FirstOrDefaultAsync());
    }

    [Fact]
    public async Task Collections_come_and_go()
    {
        await mongo.Database.CreateCollectionAsync("created");
        await Collection("implicit").InsertOneAsync(new BsonDocument("_id", 1));
        var names = await (await mongo.Database.ListCollectionNamesAsync()).ToListAsync();
        Assert.Contains("created", names);
        Assert.Contains("implicit", names);
        Assert.Contains(mongo.Name, await (await mongo.Client.ListDatabaseNamesAsync()).ToListAsync());
        var stats = await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument("collStats", "implicit"));
        Assert.Equal(1, stats["count"].ToInt32());
        Assert.Equal(mongo.Name, (await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument("dbStats", 1)))["db"]);
        await mongo.Database.DropCollectionAsync("created");
        await mongo.Database.DropCollectionAsync("never_there");
        Assert.DoesNotContain("created", await (await mongo.Database.ListCollectionNamesAsync()).ToListAsync());
        Assert.Empty(await (await Collection("never_there").Indexes.ListAsync()).ToListAsync());
    }

    [Fact]
    public async Task A_collection_is_sharded_by_hash_only()
    {
        await mongo.Database.CreateCollectionAsync("sharded");
        var admin = mongo.Client.GetDatabase("admin");
        await admin.RunCommandAsync<BsonDocument>(Shard(new BsonDocument("_id", "hashed")));
        var rows = Collection("sharded");
        await rows.InsertManyAsync(Numbered(200));
        Assert.Equal(5, (await rows.Find(new BsonDocument("_id", 5)).SingleAsync())["_id"].AsInt32);
        Assert.Equal(200, await rows.CountDocumentsAsync(new BsonDocument()));
        await Assert.ThrowsAsync<MongoCommandException>(() => admin.RunCommandAsync<BsonDocument>(Shard(new BsonDocument("a", 1))));
    }

    [Fact]
    public async Task An_unknown_command_and_a_bad_query_get_their_codes()
    {
        var unknown = await Assert.ThrowsAsync<MongoCommandException>(() => mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument("mapReduce", "x")));
        Assert.Equal(59, unknown.Code);
        var bad = await Assert.ThrowsAsync<MongoCommandException>(() => Collection("bad").Find(BsonDocument.Parse("{ a: { $nonsense: 1 } }")).ToListAsync());
        Assert.Equal(2, bad.Code);
        Assert.Equal("7.0.0", (await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1)))["version"]);
    }

    private BsonDocument Shard(BsonDocument key) => new() { { "shardCollection", $"{mongo.Name}.sharded" }, { "key", key } };
}
