using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Tests.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.Mongo;

public sealed class MongoHistoryStoreTests(MongoStores stores) : HistoryStoreContract<MongoStores>(stores);

public sealed class MongoHistorySearchTests(MongoStores stores) : HistorySearchContract<MongoStores>(stores);

public sealed class MongoHistoryChangesTests(MongoStores stores) : HistoryChangesContract<MongoStores>(stores);

/// <summary>Documents are the seed's, and what others wrote there survives.</summary>
public sealed class MongoHistoryDocumentTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Documents => watched.Database.GetCollection<BsonDocument>("medical_history");

    [Fact]
    public async Task Writes_the_seeds_fields_in_the_seeds_types()
    {
        var store = await watched.StoreAsync();
        var entry = AnEntry();
        await store.History.AddAsync(entry, entry.AsChange(), Ct);

        var stored = await DocumentAsync(entry.Id);

        Assert.Equal(entry.Id.ToString(), stored["_id"].AsObjectId.ToString());
        Assert.Equal(entry.PatientId.ToString(), stored["patient_id"].AsString);
        Assert.Equal(BsonType.DateTime, stored["record_date"].BsonType);
        Assert.Equal(BsonType.DateTime, stored["created_at"].BsonType);
        Assert.Equal((2, "John Smith"), (stored["recorded_by"].AsInt32, stored["recorded_by_name"].AsString));
        Assert.Equal(1L, stored["version"]);
        Assert.False(stored.Contains("amendments"));
        Assert.True(stored.Contains("pending_since"));
    }

    [Fact]
    public async Task Amends_what_the_seeds_system_left_and_leaves_alone_what_it_does_not_know()
    {
        var store = await watched.StoreAsync();
        var (id, patient) = (NewEntryId(), PatientBuilder.NewId());
        await Documents.InsertOneAsync(
            new BsonDocument
            {
                { "_id", new ObjectId(id.ToString()) }, { "patient_id", patient.ToString() }, { "record_date", Day.UtcDateTime }, { "diagnosis", "Stroke" },
                { "recorded_by", 2 }, { "recorded_by_name", "Dr. John Smith" }, { "ward", "7b" },
            }, null, Ct);

        var read = Assert.Single(await store.History.ListAsync(new() { Patient = patient, Limit = 10 }, Ct));
        Assert.Equal((0L, "Stroke", false, "Dr. John Smith"), (read.Version, read.Text.Diagnosis, read.EnteredInError, read.RecordedByName));
        var next = read.Corrected("TIA");
        Assert.Equal(AmendHistoryOutcome.Amended, await store.History.AmendAsync(next, next.AsChange(), Ct));
        var later = next.EnteredInError();
        Assert.Equal(AmendHistoryOutcome.Amended, await store.History.AmendAsync(later, later.AsChange(), Ct));

        Assert.Equal("7b", (await DocumentAsync(id))["ward"]);
        Assert.Equal(later.AsText(), (await store.History.FindAsync(patient, id, Ct))!.AsText());
    }

    [Fact]
    public async Task Takes_no_further_amendment_while_fifty_changes_wait_for_the_log()
    {
        var store = await watched.StoreAsync();
        var entry = AnEntry();
        await store.History.AddAsync(entry, entry.AsChange(), Ct);
        for (var i = 1; i < 50; i++) entry = await AmendedAsync(entry);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AmendedAsync(entry));
        while (await store.HistoryChanges.PendingAsync(100, Ct) is { Count: > 0 } pending) await store.HistoryChanges.ClearAsync(pending, Ct);
        Assert.Equal(51, (await AmendedAsync(entry)).Version);

        async Task<HistoryEntry> AmendedAsync(HistoryEntry before)
        {
            var next = (before with { Amendments = [] }).Corrected("Other");
            Assert.Equal(AmendHistoryOutcome.Amended, await store.History.AmendAsync(next, next.AsChange(), Ct));
            return next;
        }
    }

    private Task<BsonDocument> DocumentAsync(HistoryEntryId id) => Documents.Find(new BsonDocument("_id", new ObjectId(id.ToString()))).SingleAsync(Ct);
}

/// <summary>Each query of a history is asked for its plan.</summary>
public sealed class MongoHistoryPlanTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Entries = 4000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_starts_at_its_key_and_reads_hardly_more_than_it_returns()
    {
        var store = await watched.StoreAsync();
        var patient = await FillAsync();
        var all = await store.History.ListAsync(new() { Patient = patient, Limit = Entries }, Ct);
        Assert.Equal(Entries / 2, all.Count);
        foreach (var behind in new HistoryKey?[] { null, HistoryKey.Of(all[10]), HistoryKey.Of(all[990]), HistoryKey.Of(all[1500]), HistoryKey.Of(all[^10]) })
        {
            var finds = await watched.DuringAsync(() => store.History.ListAsync(new() { Patient = patient, Behind = behind, Limit = 51 }, Ct), "find");
            Assert.InRange(finds.Count, 1, 2);
            foreach (var find in finds) await watched.AssertCheapAsync(find, $"{behind}: {find}", isOneRange: true);
        }
    }

    [Fact]
    public async Task Lookups_and_the_relay_read_only_what_they_need()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var entry = AnEntry();
        var queries = await watched.DuringAsync(
            async () =>
            {
                await store.History.AddAsync(entry, entry.AsChange(), Ct);
                await store.History.AddAsync(entry, entry.AsChange(), Ct);
                await store.History.AmendAsync(entry.Corrected("Other") with { Version = 7 }, entry.AsChange(), Ct);
                await store.History.FindAsync(entry.PatientId, entry.Id, Ct);
                Assert.Single(await store.HistoryChanges.PendingAsync(256, Ct));
                Assert.Equal(1, (await store.HistoryChanges.PendingStateAsync(Ct)).Count);
            },
            "find", "aggregate");

        Assert.Equal(5, queries.Count);
        foreach (var query in queries) await watched.AssertCheapAsync(query, query.ToString());
    }

    private async Task<PatientId> FillAsync()
    {
        var history = watched.Database.GetCollection<BsonDocument>("medical_history");
        var patient = new PatientId(new(1, 1));
        if (await history.EstimatedDocumentCountAsync(cancellationToken: Ct) >= Entries) return patient;
        await history.InsertManyAsync(
            Enumerable.Range(0, Entries).Select(i => new BsonDocument
            {
                { "_id", new ObjectId(i.ToString("x24", CultureInfo.InvariantCulture)) },
                { "patient_id", i % 2 == 0 ? patient.ToString() : new PatientId(new(2, (ulong)i)).ToString() },
                { "record_date", Day.AddDays(i / 1000).UtcDateTime },
                { "diagnosis", "Stroke" },
                { "version", 1L },
            }), null, Ct);
        return patient;
    }
}
