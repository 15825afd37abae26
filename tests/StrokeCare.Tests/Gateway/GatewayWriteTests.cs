using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>The writes of the stores, sent by the real driver with the concerns the stores use.</summary>
public sealed class GatewayWriteTests(MongoTestDatabase mongo) : IClassFixture<MongoTestDatabase>
{
    private IMongoCollection<BsonDocument> Collection(string name) => mongo.Database
        .WithWriteConcern(WriteConcern.WMajority.With(journal: true))
        .WithReadConcern(ReadConcern.Majority)
        .GetCollection<BsonDocument>(name);

    [Fact]
    public async Task An_inserted_document_is_read_back_unchanged()
    {
        var patients = Collection("roundtrip");
        var patient = new BsonDocument
        {
            { "_id", ObjectId.GenerateNewId() },
            { "name", "Åsa \"quoted\" \u0001" },
            { "age", 67.5 },
            { "born", new DateTime(1957, 3, 2, 0, 0, 0, DateTimeKind.Utc) },
            { "big", long.MaxValue },
            { "money", new BsonDecimal128(Decimal128.Parse("12.340")) },
            { "nested", new BsonDocument("list", new BsonArray { 1, "two", BsonNull.Value }) },
        };
        await patients.InsertOneAsync(patient);
        Assert.Equal(patient, await patients.Find(new BsonDocument("_id", patient["_id"])).SingleAsync());
    }

    [Fact]
    public async Task A_thousand_documents_go_in_one_call_and_one_bad_one_stops_an_ordered_batch()
    {
        var rows = Collection("bulk");
        await rows.InsertManyAsync(Enumerable.Range(0, 1000).Select(i => new BsonDocument("_id", i)));
        Assert.Equal(1000, await rows.CountDocumentsAsync(new BsonDocument()));

        var clash = await Assert.ThrowsAsync<MongoBulkWriteException<BsonDocument>>(() =>
            rows.InsertManyAsync([new BsonDocument("_id", 2000), new BsonDocument("_id", 7), new BsonDocument("_id", 2001)]));
        var error = Assert.Single(clash.WriteErrors);
        Assert.Equal(1, error.Index);
        Assert.Equal(ServerErrorCategory.DuplicateKey, error.Category);
        Assert.Equal(1001, await rows.CountDocumentsAsync(new BsonDocument()));

        var unordered = await Assert.ThrowsAsync<MongoBulkWriteException<BsonDocument>>(() => rows.InsertManyAsync(
            [new BsonDocument("_id", 7), new BsonDocument("_id", 2001), new BsonDocument("_id", 8)], new InsertManyOptions { IsOrdered = false }));
        Assert.Equal([0, 2], unordered.WriteErrors.Select(item => item.Index));
        Assert.Equal(1002, await rows.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task A_duplicate_key_names_its_index_and_its_value()
    {
        var keys = Collection("unique_keys");
        await keys.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
            Builders<BsonDocument>.IndexKeys.Ascending("mrn"), new CreateIndexOptions { Unique = true, Name = "mrn_unique" }));
        await keys.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "mrn", "A1" } });

        var byId = await Assert.ThrowsAsync<MongoWriteException>(() => keys.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "mrn", "A2" } }));
        Assert.Equal(11000, byId.WriteError.Code);
        Assert.Contains("index: _id_ dup key: { \"_id\" : 1 }", byId.WriteError.Message, StringComparison.Ordinal);

        var byMrn = await Assert.ThrowsAsync<MongoWriteException>(() => keys.InsertOneAsync(new BsonDocument { { "_id", 2 }, { "mrn", "A1" } }));
        Assert.Equal(11000, byMrn.WriteError.Code);
        Assert.Contains("index: mrn_unique", byMrn.WriteError.Message, StringComparison.Ordinal);

        var raw = await mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument
        {
            { "insert", "unique_keys" },
            { "documents", new BsonArray { new BsonDocument { { "_id", 3 }, { "mrn", "A1" } } } },
        });
        var error = raw["writeErrors"][0].AsBsonDocument;
        Assert.Equal(new BsonDocument("mrn", 1), error["keyPattern"]);
        Assert.Equal(new BsonDocument("mrn", "A1"), error["keyValue"]);

        await keys.InsertOneAsync(new BsonDocument { { "_id", 4 }, { "mrn", "A4" } });
        var update = await Assert.ThrowsAsync<MongoWriteException>(() =>
            keys.UpdateOneAsync(new BsonDocument("_id", 4), Builders<BsonDocument>.Update.Set("mrn", "A1")));
        Assert.Equal(ServerErrorCategory.DuplicateKey, update.WriteError.Category);

        var modify = await Assert.ThrowsAsync<MongoCommandException>(() =>
            keys.FindOneAndUpdateAsync(new BsonDocument("_id", 4), Builders<BsonDocument>.Update.Set("mrn", "A1")));
        Assert.Equal(11000, modify.Code);
    }

    [Fact]
    public async Task Updates_count_what_they_match_and_what_they_change()
    {
        var rows = Collection("updates");
        await rows.InsertManyAsync(Enumerable.Range(0, 10).Select(i => new BsonDocument { { "_id", i }, { "group", i % 2 }, { "tags", new BsonArray { "a", "b" } } }));

        var many = await rows.UpdateManyAsync(new BsonDocument("group", 1), Builders<BsonDocument>.Update.Set("seen", true));
        Assert.Equal((5, 5), (many.MatchedCount, many.ModifiedCount));
        var again = await rows.UpdateManyAsync(new BsonDocument("group", 1), Builders<BsonDocument>.Update.Set("seen", true));
        Assert.Equal((5, 0), (again.MatchedCount, again.ModifiedCount));

        var upserted = await rows.UpdateOneAsync(new BsonDocument("_id", 99), Builders<BsonDocument>.Update.Set("x", 1), new UpdateOptions { IsUpsert = true });
        Assert.Equal(99, upserted.UpsertedId.AsInt32);

        var filtered = await rows.UpdateOneAsync(new BsonDocument("_id", 0), Builders<BsonDocument>.Update.Set("tags.$[tag]", "c"), new UpdateOptions
        {
            ArrayFilters = [new BsonDocumentArrayFilterDefinition<BsonDocument>(new BsonDocument("tag", "b"))],
        });
        Assert.Equal(1, filtered.ModifiedCount);
        Assert.Equal(new BsonArray { "a", "c" }, (await rows.Find(new BsonDocument("_id", 0)).SingleAsync())["tags"]);

        Assert.Equal(1, (await rows.DeleteOneAsync(new BsonDocument("group", 1))).DeletedCount);
        Assert.Equal(4, (await rows.DeleteManyAsync(new BsonDocument("group", 1))).DeletedCount);
    }

    [Fact]
    public async Task A_guarded_update_pushes_a_change_and_dates_the_first_one_only()
    {
        var patients = Collection("pending");
        await patients.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "version", 1 }, { "age", 50 } });

        var first = await patients.UpdateOneAsync(Guard(version: 1), Push("c1", at: 100, version: 2));
        var stale = await patients.UpdateOneAsync(Guard(version: 1), Push("c2", at: 200, version: 2));
        var second = await patients.UpdateOneAsync(Guard(version: 2), Push("c3", at: 300, version: 3));

        Assert.Equal((1, 0, 1), (first.ModifiedCount, stale.ModifiedCount, second.ModifiedCount));
        var stored = await patients.Find(new BsonDocument("_id", 1)).SingleAsync();
        Assert.Equal(["c1", "c3"], stored["pending"].AsBsonArray.Select(change => change["id"].AsString));
        Assert.Equal(100, stored["pending_since"].AsInt32);
    }

    [Fact]
    public async Task A_pipeline_update_clears_by_change_id_and_forgets_the_date_with_the_last()
    {
        var patients = Collection("clearing");
        await patients.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "version", 1 } });
        await patients.UpdateOneAsync(Guard(version: 1), Push("c1", at: 100, version: 2));
        await patients.UpdateOneAsync(Guard(version: 2), Push("c2", at: 200, version: 3));

        await patients.BulkWriteAsync([new UpdateOneModel<BsonDocument>(new BsonDocument("_id", 1), Clear("c1"))]);
        var one = await patients.Find(new BsonDocument("_id", 1)).SingleAsync();
        Assert.Equal("c2", Assert.Single(one["pending"].AsBsonArray)["id"].AsString);
        Assert.Equal(100, one["pending_since"].AsInt32);

        await patients.BulkWriteAsync(
        [
            new UpdateOneModel<BsonDocument>(new BsonDocument("_id", 1), Clear("c2")),
            new UpdateOneModel<BsonDocument>(new BsonDocument("_id", 1), Clear("c2")),
        ]);
        var none = await patients.Find(new BsonDocument("_id", 1)).SingleAsync();
        Assert.False(none.Contains("pending_since"));
        Assert.Empty(none["pending"].AsBsonArray);
        Assert.Equal(3, none["version"].AsInt32);
    }

    [Fact]
    public async Task Find_and_modify_returns_the_document_before_or_after()
    {
        var counters = Collection("counters");
        var options = new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After };
        var one = await counters.FindOneAndUpdateAsync(new BsonDocument("_id", "users"), Builders<BsonDocument>.Update.Inc("seq", 1), options);
        var two = await counters.FindOneAndUpdateAsync(new BsonDocument("_id", "users"), Builders<BsonDocument>.Update.Inc("seq", 1), options);
        Assert.Equal((1, 2), (one["seq"].AsInt32, two["seq"].AsInt32));
        Assert.Equal(2, (await counters.FindOneAndDeleteAsync(new BsonDocument("_id", "users")))["seq"].AsInt32);
        Assert.Null(await counters.FindOneAndDeleteAsync(new BsonDocument("_id", "users")));
    }

    [Fact]
    public async Task A_pipeline_in_find_and_modify_counts_to_its_guard_and_no_further_whatever_races()
    {
        var rows = Collection("attempts");
        await rows.InsertOneAsync(new BsonDocument("_id", 1));
        var options = new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After, Projection = new BsonDocument("n", 1) };
        static UpdateDefinition<BsonDocument> Count(int now) => Builders<BsonDocument>.Update.Pipeline(PipelineDefinition<BsonDocument, BsonDocument>.Create(
            BsonDocument.Parse("{ $set: { n: { $cond: [{ $gt: ['$until', null] }, 1, { $add: [{ $ifNull: ['$n', 0] }, 1] }] } } }"),
            BsonDocument.Parse($"{{ $set: {{ until: {{ $cond: [{{ $gte: ['$n', 5] }}, {now + 100}, '$$REMOVE'] }} }} }}")));

        foreach (var now in new[] { 0, 100 })
        {
            var unlocked = BsonDocument.Parse($"{{ _id: 1, until: {{ $not: {{ $gt: {now} }} }} }}");
            var counted = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => rows.FindOneAndUpdateAsync(unlocked, Count(now), options)));
            Assert.Equal([1, 2, 3, 4, 5], counted.OfType<BsonDocument>().Select(found => found["n"].AsInt32).Order());
        }
    }

    [Fact]
    public async Task Racing_for_several_unique_indexes_ends_with_duplicates_not_with_deadlocks()
    {
        var rows = Collection("several");
        foreach (var field in new[] { "a", "b", "c" })
            await rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument(field, 1), new CreateIndexOptions { Name = field, Unique = true }));

        for (var round = 0; round < 20; round++)
        {
            var refused = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => InsertAsync(new BsonDocument { { "a", $"{round}-{i}" }, { "b", $"{round}" }, { "c", $"{round}" } })));
            Assert.Single(refused, error => error is null);
            Assert.All(refused.OfType<WriteError>(), error => Assert.Equal((ServerErrorCategory.DuplicateKey, 11000), (error.Category, error.Code)));
        }

        async Task<WriteError?> InsertAsync(BsonDocument row)
        {
            try
            {
                await rows.InsertOneAsync(row);
                return null;
            }
            catch (MongoWriteException error)
            {
                return error.WriteError;
            }
        }
    }

    [Fact]
    public async Task A_hundred_concurrent_writers_lose_no_increment()
    {
        var counters = Collection("contended");
        await counters.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "n", 0 } });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
                await counters.UpdateOneAsync(new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Inc("n", 1));
        }));
        Assert.Equal(500, (await counters.Find(new BsonDocument("_id", 1)).SingleAsync())["n"].AsInt32);
    }

    [Fact]
    public async Task Of_a_hundred_claims_on_one_key_one_wins()
    {
        var claims = Collection("claims");
        var won = await Task.WhenAll(Enumerable.Range(0, 100).Select(async owner =>
        {
            try
            {
                await claims.InsertOneAsync(new BsonDocument { { "_id", "mrn:A1" }, { "owner", owner } });
                return true;
            }
            catch (MongoWriteException error) when (error.WriteError.Category == ServerErrorCategory.DuplicateKey)
            {
                return false;
            }
        }));
        Assert.Single(won, true);
    }

    private static BsonDocument Guard(int version) => new() { { "_id", 1 }, { "version", version } };

    private static UpdateDefinition<BsonDocument> Clear(string changeId) => Builders<BsonDocument>.Update.Pipeline(PipelineDefinition<BsonDocument, BsonDocument>.Create(
        BsonDocument.Parse($$"""{ $set: { pending: { $filter: { input: "$pending", as: "change", cond: { $not: [{ $in: ["$$change.id", ["{{changeId}}"]] }] } } } } }"""),
        BsonDocument.Parse("""{ $set: { pending_since: { $cond: [{ $eq: [{ $size: "$pending" }, 0] }, "$$REMOVE", "$pending_since"] } } }""")));

    // "$push" has no way to set a second field only if absent; one that keeps the smaller value does the same for a date.
    private static UpdateDefinition<BsonDocument> Push(string changeId, int at, int version) => Builders<BsonDocument>.Update
        .Push("pending", new BsonDocument("id", changeId))
        .Min("pending_since", at)
        .Set("version", version);
}
