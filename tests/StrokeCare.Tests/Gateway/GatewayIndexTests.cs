using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>Indexes are there when createIndexes answers, are used, and settle races.</summary>
public sealed class GatewayIndexTests(MongoTestDatabase mongo) : IClassFixture<MongoTestDatabase>
{
    private IMongoCollection<BsonDocument> Collection(string name) => mongo.Database.GetCollection<BsonDocument>(name);

    [Fact]
    public async Task A_unique_index_over_cells_refuses_the_second_booking_of_a_cell()
    {
        var appointments = Collection("appointments");
        await appointments.InsertOneAsync(new BsonDocument { { "_id", 1 }, { "doctor_id", 7 }, { "cells", new BsonArray { 100, 101 } } });
        await appointments.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
            new BsonDocument { { "doctor_id", 1 }, { "cells", 1 } },
            new CreateIndexOptions<BsonDocument> { Unique = true, Name = "doctor_cells", PartialFilterExpression = new BsonDocument("cells", new BsonDocument("$exists", true)) }));

        var taken = await Assert.ThrowsAsync<MongoWriteException>(() =>
            appointments.InsertOneAsync(new BsonDocument { { "_id", 2 }, { "doctor_id", 7 }, { "cells", new BsonArray { 101, 102 } } }));
        Assert.Equal(11000, taken.WriteError.Code);
        Assert.Contains("doctor_cells", taken.WriteError.Message, StringComparison.Ordinal);

        await appointments.InsertOneAsync(new BsonDocument { { "_id", 3 }, { "doctor_id", 8 }, { "cells", new BsonArray { 101 } } });
        await appointments.InsertOneAsync(new BsonDocument { { "_id", 4 }, { "doctor_id", 7 } });
        await appointments.InsertOneAsync(new BsonDocument { { "_id", 5 }, { "doctor_id", 7 } });
        // A cancelled appointment gives its cells back.
        await appointments.UpdateOneAsync(new BsonDocument("_id", 1), Builders<BsonDocument>.Update.Unset("cells"));
        await appointments.InsertOneAsync(new BsonDocument { { "_id", 6 }, { "doctor_id", 7 }, { "cells", new BsonArray { 101, 102 } } });
    }

    [Fact]
    public async Task Of_fifty_concurrent_bookings_of_one_cell_one_is_kept()
    {
        var appointments = Collection("race");
        await appointments.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
            new BsonDocument { { "doctor_id", 1 }, { "cells", 1 } }, new CreateIndexOptions { Unique = true }));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            try
            {
                await appointments.InsertOneAsync(new BsonDocument { { "_id", i }, { "doctor_id", 7 }, { "cells", new BsonArray { i, 1000 } } });
                return 1;
            }
            catch (MongoWriteException error) when (error.WriteError.Category == ServerErrorCategory.DuplicateKey)
            {
                return 0;
            }
        }));
        Assert.Equal(1, outcomes.Sum());
        Assert.Equal(1, await appointments.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task Indexes_on_a_filled_collection_are_built_when_the_call_returns()
    {
        var rows = Collection("filled");
        await rows.InsertManyAsync(Enumerable.Range(0, 3000).Select(i => new BsonDocument { { "_id", i }, { "a", i % 30 }, { "b", i % 7 } }));
        await rows.Indexes.CreateManyAsync(
        [
            new CreateIndexModel<BsonDocument>(new BsonDocument("a", 1), new CreateIndexOptions { Name = "by_a" }),
            new CreateIndexModel<BsonDocument>(new BsonDocument { { "b", 1 }, { "_id", -1 } }, new CreateIndexOptions { Name = "by_b" }),
        ]);
        var names = (await (await rows.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString);
        Assert.Equal(["_id_", "by_a", "by_b"], names.Order(StringComparer.Ordinal));

        var plan = await ExplainAsync(new BsonDocument { { "find", "filled" }, { "filter", new BsonDocument("a", 3) } });
        Assert.Contains("\"indexName\" : \"by_a\"", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
        Assert.Equal(100, plan["executionStats"]["nReturned"].ToInt32());
        Assert.InRange(plan["executionStats"]["totalDocsExamined"].ToInt32(), 100, 110);
        Assert.InRange(plan["executionStats"]["totalKeysExamined"].ToInt32(), 100, 110);

        await rows.Indexes.DropOneAsync("by_a");
        var scan = await ExplainAsync(new BsonDocument { { "find", "filled" }, { "filter", new BsonDocument("a", 3) } });
        Assert.Contains("COLLSCAN", scan["queryPlanner"].ToJson(), StringComparison.Ordinal);
        Assert.Equal(3000, scan["executionStats"]["totalDocsExamined"].ToInt32());

        var missing = await Assert.ThrowsAsync<MongoCommandException>(() => rows.Indexes.DropOneAsync("by_a"));
        Assert.Equal(27, missing.Code);
    }

    [Fact]
    public async Task A_unique_index_over_duplicates_is_refused_with_the_reason()
    {
        var rows = Collection("duplicates");
        await rows.InsertManyAsync([new BsonDocument { { "_id", 1 }, { "x", 1 } }, new BsonDocument { { "_id", 2 }, { "x", 1 } }]);
        var refused = await Assert.ThrowsAsync<MongoCommandException>(() => rows.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(new BsonDocument("x", 1), new CreateIndexOptions { Unique = true })));
        Assert.Equal(11000, refused.Code);
        Assert.Equal(["_id_"], (await (await rows.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString));
    }

    [Fact]
    public async Task The_same_index_again_is_no_change_and_another_of_its_name_is_refused()
    {
        var rows = Collection("again");
        for (var i = 0; i < 2; i++)
            await rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("x", 1), new CreateIndexOptions { Name = "x" }));
        var conflict = await Assert.ThrowsAsync<MongoCommandException>(() => rows.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(new BsonDocument("y", 1), new CreateIndexOptions { Name = "x" })));
        Assert.Equal(86, conflict.Code);
    }

    [Fact]
    public async Task Text_search_finds_words_of_any_indexed_field()
    {
        var history = Collection("medical_history");
        await history.InsertManyAsync(
        [
            new BsonDocument { { "_id", 1 }, { "diagnosis", "ischaemic stroke" }, { "notes", "left side" } },
            new BsonDocument { { "_id", 2 }, { "diagnosis", "migraine" }, { "notes", "no stroke seen" } },
            new BsonDocument { { "_id", 3 }, { "diagnosis", "fracture" }, { "notes", "arm" } },
        ]);
        await history.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument { { "diagnosis", "text" }, { "notes", "text" } }));
        var found = await history.Find(Builders<BsonDocument>.Filter.Text("stroke")).ToListAsync();
        Assert.Equal([1, 2], found.Select(entry => entry["_id"].AsInt32).Order());
    }

    [Fact]
    public async Task A_doctors_page_by_risk_and_age_is_served_by_its_index()
    {
        var patients = Collection("patients");
        string[] levels = ["low", "medium", "high"];
        await patients.InsertManyAsync(Enumerable.Range(0, 6000).Select(i => new BsonDocument
        {
            { "_id", i }, { "assigned_doctor_id", i % 40 }, { "risk_level", levels[i / 40 % 3] }, { "age", i % 90 },
        }));
        await patients.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
            new BsonDocument { { "assigned_doctor_id", 1 }, { "risk_level", 1 }, { "_id", -1 }, { "age", 1 } }, new CreateIndexOptions { Name = "doctor_risk" }));
        var plan = await ExplainAsync(new BsonDocument
        {
            { "find", "patients" },
            { "filter", BsonDocument.Parse("{ assigned_doctor_id: 3, risk_level: 'low', _id: { $lt: 5000 }, age: { $gte: 20, $lte: 80 } }") },
            { "sort", new BsonDocument("_id", -1) },
            { "limit", 20 },
        });
        var stats = plan["executionStats"];
        Assert.Contains("doctor_risk", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("COLLSCAN", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("SORT", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
        Assert.InRange(stats["totalDocsExamined"].ToInt32(), 1, (3 * stats["nReturned"].ToInt32()) + 100);
    }

    [Fact]
    public async Task A_prefix_over_an_array_finds_each_document_once_however_many_terms_match()
    {
        var patients = Collection("terms");
        await patients.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument { { "search_terms", 1 }, { "assigned_doctor_id", 1 } }));
        await patients.InsertManyAsync(Enumerable.Range(0, 600).Select(i => new BsonDocument
        {
            { "_id", i }, { "assigned_doctor_id", i % 3 }, { "search_terms", new BsonArray { $"ann{i}", $"anna{i}", $"anders{i}" } },
        }));
        var filter = BsonDocument.Parse("{ search_terms: /^an/, assigned_doctor_id: 1 }");
        var found = await patients.Find(filter, new FindOptions { BatchSize = 20 }).ToListAsync();
        Assert.Equal(200, found.Count);
        Assert.Equal(200, found.Select(patient => patient["_id"].AsInt32).Distinct().Count());
        var all = await patients.Find(BsonDocument.Parse("{ $and: [{ search_terms: 'ann7' }, { search_terms: /^anders/ }] }")).ToListAsync();
        Assert.Equal(7, Assert.Single(all)["_id"].AsInt32);
    }

    [Fact]
    public async Task An_aggregate_and_a_count_can_be_explained()
    {
        var rows = Collection("explained");
        await rows.InsertManyAsync(Enumerable.Range(0, 200).Select(i => new BsonDocument { { "_id", i }, { "a", i % 10 } }));
        await rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("a", 1), new CreateIndexOptions { Name = "by_a" }));
        var aggregate = await ExplainAsync(new BsonDocument
        {
            { "aggregate", "explained" },
            { "pipeline", new BsonArray { BsonDocument.Parse("{ $match: { a: 4 } }"), BsonDocument.Parse("{ $group: { _id: '$a', n: { $sum: 1 } } }") } },
            { "cursor", new BsonDocument() },
        });
        Assert.Contains("by_a", aggregate["queryPlanner"].ToJson(), StringComparison.Ordinal);
        var count = await ExplainAsync(new BsonDocument { { "count", "explained" }, { "query", new BsonDocument("a", 4) } });
        Assert.Contains("by_a", count["queryPlanner"].ToJson(), StringComparison.Ordinal);
    }

    private Task<BsonDocument> ExplainAsync(BsonDocument command) =>
        mongo.Database.RunCommandAsync<BsonDocument>(new BsonDocument { { "explain", command }, { "verbosity", "executionStats" } });
}
