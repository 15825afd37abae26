using System.Globalization;
using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Each query that the store sends is asked for its plan: an index serves it, and little is read for what is returned.</summary>
public sealed class MongoPlanTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Patients = 6000;
    private const int Spare = 100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_combination_of_filters_reads_hardly_more_than_it_returns()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        foreach (var filter in Combinations())
        {
            var find = Assert.Single(await watched.DuringAsync(() => store.Patients.ListAsync(filter, Ct), "find"));
            await AssertCheapAsync(find, filter.ToString());
        }
    }

    [Fact]
    public async Task A_deep_page_starts_at_its_key()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        foreach (var filter in Combinations().Where(f => f is { Before: not null, MinAge: null, MaxAge: null }))
        {
            var find = Assert.Single(await watched.DuringAsync(() => store.Patients.ListAsync(filter, Ct), "find"));
            var stats = await StatsAsync(find);
            var (returned, walked) = (stats["nReturned"].ToInt64(), stats["totalKeysExamined"].ToInt64());
            Assert.InRange(walked, returned, (3 * returned) + Spare);
        }
    }

    [Fact]
    public async Task Lookups_by_id_account_and_key_read_one_document_each()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var patient = APatient().With(user: UniqueUser(), sourceKey: Unique("kaggle"), mrn: Unique("A"));
        var next = patient.Next(d => d with { Mrn = Unique("B") });
        var finds = await watched.DuringAsync(
            async () =>
            {
                await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
                await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
                await store.Patients.UpdateAsync(next, next.AsChange(), Ct);
                await store.Patients.FindAsync(patient.Id, Ct);
                await store.Patients.FindByUserAsync(patient.UserId!.Value, Ct);
                await store.Patients.PresentAsync([patient.SourceKey!, "kaggle:none"], Ct);
                await store.ReleaseOrphanClaimsAsync(Now, Ct);
            },
            "find");

        Assert.True(finds.Count >= 7, $"{finds.Count} finds");
        foreach (var find in finds) await AssertCheapAsync(find, find.ToJson());
    }

    [Fact]
    public async Task The_relay_reads_only_what_is_pending()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);

        var queries = await watched.DuringAsync(
            async () =>
            {
                Assert.NotEmpty(await store.Changes.PendingAsync(256, Ct));
                Assert.NotEqual(0, (await store.Changes.PendingStateAsync(Ct)).Count);
            },
            "find", "aggregate");

        Assert.Equal(2, queries.Count);
        foreach (var query in queries) await AssertCheapAsync(query, query.ToJson());
    }

    private async Task FillAsync()
    {
        var patients = watched.Database.GetCollection<BsonDocument>("patients");
        if (await patients.EstimatedDocumentCountAsync() >= Patients) return;
        await patients.InsertManyAsync(Enumerable.Range(0, Patients).Select(i => new BsonDocument
        {
            { "_id", new ObjectId(i.ToString("x24", CultureInfo.InvariantCulture)) },
            { "assigned_doctor_id", i % 20 },
            { "risk_level", ((RiskLevel)(i / 20 % 5)).ToWire() },
            { "age", i * 13 / 7 % 100 },
            { "version", 1L },
            { "archived", i / 3 % 4 == 0 },
        }));
    }

    private static IEnumerable<PatientFilter> Combinations() =>
        from doctor in new UserId?[] { null, new(3) }
        from level in new RiskLevel?[] { null, RiskLevel.High }
        from ages in new (double? Min, double? Max)[] { (null, null), (90, null), (null, 10), (60, 61) }
        from archived in new[] { false, true }
        from before in new PatientId?[] { null, new(new(0, Patients / 2)), new(new(0, Patients / 20)) }
        select new PatientFilter
        {
            AssignedDoctorId = doctor,
            RiskLevel = level,
            MinAge = ages.Min,
            MaxAge = ages.Max,
            Archived = archived,
            Before = before,
            Limit = 51,
        };

    private async Task AssertCheapAsync(BsonDocument command, string because)
    {
        var plan = await PlanAsync(command);
        var stats = plan["executionStats"].AsBsonDocument;
        var (returned, examined) = (stats["nReturned"].ToInt64(), stats["totalDocsExamined"].ToInt64());
        Assert.True(examined <= (3 * returned) + Spare, $"{because}: {examined} read for {returned}");
        Assert.DoesNotContain("COLLSCAN", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
    }

    private async Task<BsonDocument> StatsAsync(BsonDocument command) => (await PlanAsync(command))["executionStats"].AsBsonDocument;

    private Task<BsonDocument> PlanAsync(BsonDocument command)
    {
        var query = new BsonDocument(command.Elements.Where(e => e.Name is not ("lsid" or "$db" or "readConcern" or "$readPreference" or "$clusterTime" or "txnNumber")));
        return watched.Database.RunCommandAsync<BsonDocument>(
            new BsonDocument { { "explain", query }, { "verbosity", "executionStats" } }, cancellationToken: Ct);
    }
}
