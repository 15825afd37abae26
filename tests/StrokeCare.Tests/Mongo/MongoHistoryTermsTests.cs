using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.History;
using StrokeCare.Tests.Patients;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>The terms of entries: filled for documents that came before them, and searched by their index.</summary>
public sealed class MongoHistoryTermsTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Entries = 3000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Documents => watched.Database.GetCollection<BsonDocument>("medical_history");

    [Fact]
    public async Task A_start_fills_in_what_an_older_system_left_out_and_changes_nothing_else()
    {
        var store = await watched.StoreAsync();
        var entry = AnEntry();
        await store.History.AddAsync(entry, entry.AsChange(), Ct);
        var (byId, legacy) = (Builders<BsonDocument>.Filter.Eq("_id", ObjectId.Parse(entry.Id.ToString())), NewEntryId());
        var before = await Documents.Find(byId).SingleAsync(Ct);
        await Documents.UpdateOneAsync(byId, Builders<BsonDocument>.Update.Unset("search_terms"), null, Ct);
        await Documents.InsertOneAsync(
            new() { { "_id", ObjectId.Parse(legacy.ToString()) }, { "patient_id", entry.PatientId.ToString() }, { "diagnosis", "Schlaganfall" }, { "ward", "7b" } }, null, Ct);

        foreach (var name in new[] { MongoFailpoints.HistoryTermsBefore, MongoFailpoints.HistoryTermsAfter })
        {
            Failpoint.Passed = at =>
            {
                if (at == name) throw new IOException($"An outage at {name}.");
            };
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.EnsureIndexesAsync(Ct));
        }

        Failpoint.Passed = null;
        await store.EnsureIndexesAsync(Ct);

        Assert.Equal(before.OrderBy(e => e.Name, StringComparer.Ordinal), (await Documents.Find(byId).SingleAsync(Ct)).OrderBy(e => e.Name, StringComparer.Ordinal));
        var found = await store.History.SearchAsync(new() { Patient = entry.PatientId, Words = [], Begun = "schlag", Limit = 5 }, Ct);
        Assert.Equal(legacy, Assert.Single(found).Id);
        // It marks records of older systems; nothing is left to fill in.
        Assert.Single(await watched.DuringAsync(() => store.EnsureIndexesAsync(Ct), "update"));
    }

    [Fact]
    public async Task Every_search_and_the_look_for_missing_terms_read_hardly_more_than_they_return()
    {
        var store = await watched.StoreAsync();
        var patient = await FillAsync();
        foreach (var (words, begun) in new (string[] Words, string Begun)[] { ([], "w1998"), ([], "w19"), (["w1500"], "stroke"), (["w1500", "seen"], "str"), ([], "nothing") })
        {
            var search = new HistorySearch { Patient = patient, Words = words, Begun = begun, Limit = 100 };
            var find = Assert.Single(await watched.DuringAsync(() => store.History.SearchAsync(search, Ct), "find"));
            await watched.AssertCheapAsync(find, $"{string.Join(' ', words)} {begun}");
        }

        var looks = await watched.DuringAsync(() => store.EnsureIndexesAsync(Ct), "find");
        await watched.AssertCheapAsync(Assert.Single(looks, look => look["find"] == "medical_history"), "the look for missing terms", isOneRange: true);
    }

    [Fact]
    public async Task Every_look_for_patients_by_words_reads_hardly_more_than_it_returns()
    {
        var store = await watched.StoreAsync();
        var patient = await FillAsync();
        foreach (var (mention, times) in new (HistoryMention, int)[]
        {
            (new() { Words = ["stroke"], Limit = 100 }, 1), (new() { Words = ["stroke"], First = 40, Limit = 2500 }, 4), (new() { Words = ["w1500", "stroke"], Limit = 100 }, 1),
            (new() { Words = ["stroke"], Among = [patient, PatientBuilder.NewId()], Limit = 5000 }, 2), (new() { Words = ["nothing"], Limit = 100 }, 1),
        })
        {
            var finds = await watched.DuringAsync(async () => await store.History.PatientsAsync(mention, Ct).CountAsync(Ct), "find");
            Assert.Equal(times, finds.Count);
            foreach (var find in finds) await watched.AssertCheapAsync(find, $"{mention}");
        }
    }

    [Fact]
    public async Task A_search_in_quotation_marks_reads_few_histories_where_few_are_wanted()
    {
        var store = await watched.StoreAsync();
        await using var log = await SqlTestStore.NewAsync("sqlite");
        var handler = new SearchPatientsHandler(store.Patients, store.History, new AuditTrail(log.Store.Log, TimeProvider.System));
        var word = $"w{PatientBuilder.NewId()}";
        for (var i = 0; i < 6; i++)
        {
            var patient = PatientBuilder.APatient();
            await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
            for (var entries = 0; entries < 3; entries++)
            {
                var entry = AnEntry(patient.Id);
                entry = entry with { Text = entry.Text with { Diagnosis = $"Aphasia {word}" } };
                await store.History.AddAsync(entry, entry.AsChange(), Ct);
            }
        }

        Assert.Equal([4], await LimitsAsync(2));
        // Three entries each: ten of them are of four patients, and more are read.
        Assert.Equal([10, 500], await LimitsAsync(5));

        async Task<IEnumerable<int>> LimitsAsync(int wanted)
        {
            var finds = await watched.DuringAsync(async () => Assert.Equal(wanted, (await handler.HandleAsync(new() { Q = $"\"{word}\"", Limit = wanted }, Actor.Operator, Ct)).Value!.Items.Count), "find");
            return finds.Where(find => find["find"] == "medical_history").Select(find => find["limit"].ToInt32());
        }
    }

    private async Task<PatientId> FillAsync()
    {
        var patient = PatientBuilder.NewId();
        await Documents.InsertManyAsync(
            Enumerable.Range(0, Entries).Select(i => new BsonDocument
            {
                { "patient_id", i % 2 == 0 ? patient.ToString() : PatientBuilder.NewId().ToString() },
                { "record_date", Day.AddDays(i / 100).UtcDateTime },
                { "diagnosis", "Stroke" },
                { "version", 1L },
                { "search_terms", new BsonArray { "seen", "stroke", string.Create(CultureInfo.InvariantCulture, $"w{i}") } },
            }), null, Ct);
        return patient;
    }
}
