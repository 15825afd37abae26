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

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_combination_of_filters_reads_hardly_more_than_it_returns()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        foreach (var filter in Combinations())
        {
            var find = Assert.Single(await watched.DuringAsync(() => store.Patients.ListAsync(filter, Ct), "find"));
            await watched.AssertCheapAsync(find, filter.ToString());
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
            var stats = await watched.StatsAsync(find);
            var (returned, walked) = (stats["nReturned"].ToInt64(), stats["totalKeysExamined"].ToInt64());
            Assert.InRange(walked, returned, (3 * returned) + MongoPlans.Spare);
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
                await store.Patients.AmongAsync(new() { Ids = [patient.Id, NewId()], AssignedDoctorId = new(3) }, Ct);
                await store.Patients.PresentAsync([patient.SourceKey!, "kaggle:none"], Ct);
                await store.ReleaseOrphanClaimsAsync(Now, Ct);
            },
            "find");

        Assert.True(finds.Count >= 7, $"{finds.Count} finds");
        foreach (var find in finds) await watched.AssertCheapAsync(find, find.ToJson());
    }

    [Fact]
    public async Task A_doctors_records_are_counted_by_their_index()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var count = Assert.Single(await watched.DuringAsync(() => store.Patients.CountOfDoctorAsync(new(3), Ct), "aggregate"));
        var counted = await store.Patients.CountOfDoctorAsync(new(3), Ct);

        var plan = await watched.PlanAsync(count);

        Assert.InRange(counted, 100, Patients / 20);
        Assert.InRange(plan["executionStats"]["totalDocsExamined"].ToInt64(), 0, counted + MongoPlans.Spare);
        Assert.DoesNotContain("COLLSCAN", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_a_doctor_has_to_see_is_the_beginning_of_an_index()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var day = new DateOnly(2026, 6, 1);
        var finds = await watched.DuringAsync(
            async () =>
            {
                Assert.Equal(8, (await store.Patients.OverdueAsync(new(3), day, 8, Ct)).Count);
                Assert.Equal(8, (await store.Patients.LevelChangesAsync(new(3), Now.AddDays(-30), 8, Ct)).Count);
            },
            "find");

        Assert.Equal(2, finds.Count);
        foreach (var find in finds) await watched.AssertCheapAsync(find, find.ToJson(), isOneRange: true);
        var count = Assert.Single(await watched.DuringAsync(() => store.Patients.CountOverdueAsync(new(3), day, Ct), "aggregate"));
        Assert.DoesNotContain("COLLSCAN", (await watched.PlanAsync(count))["queryPlanner"].ToJson(), StringComparison.Ordinal);
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
        foreach (var query in queries) await watched.AssertCheapAsync(query, query.ToJson());
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
            { "next_review_on", new DateOnly(2025, 1, 1).AddDays(i % 900).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
            { "previous_risk_level", "low" },
            { "risk_level_changed_at", Now.UtcDateTime.AddMinutes(-i) },
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
}
