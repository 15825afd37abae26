using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Documents are the seed's, read with whatever it left in them, and what others wrote there survives.</summary>
public sealed class MongoDocumentTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Patients => watched.Database.GetCollection<BsonDocument>("patients");

    [Fact]
    public async Task Writes_the_seeds_fields_in_the_seeds_types()
    {
        var store = await watched.StoreAsync();
        var patient = WithEverything();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);

        var stored = await DocumentAsync(patient.Id);

        Assert.Equal(patient.Id.ToString(), stored["_id"].AsObjectId.ToString());
        Assert.Equal("Other", stored["gender"]);
        Assert.Equal(0, stored["hypertension"]);
        Assert.Equal(1, stored["heart_disease"]);
        Assert.Equal("Yes", stored["ever_married"]);
        Assert.Equal("Never_worked", stored["work_type"]);
        Assert.Equal("Rural", stored["Residence_type"]);
        Assert.Equal("formerly smoked", stored["smoking_status"]);
        Assert.Equal(1, stored["stroke"]);
        Assert.Equal(patient.Risk.Level.ToWire(), stored["risk_level"]);
        Assert.Equal(3, stored["created_by"]);
        Assert.Equal(4, stored["assigned_doctor_id"]);
        Assert.Equal(BsonType.DateTime, stored["created_at"].BsonType);
        Assert.Equal("2031-02-28", stored["next_review_on"]);
        Assert.Equal(patient.Risk.Model, stored["risk"]["model"]);
        Assert.Equal(1L, stored["version"]);
        Assert.Single(stored["pending"].AsBsonArray);
        Assert.True(stored.Contains("pending_since"));
    }

    [Fact]
    public async Task Reads_what_the_seeds_system_left()
    {
        var store = await watched.StoreAsync();
        var id = NewId();
        await Patients.InsertOneAsync(SeedDocument(id));

        var read = await store.Patients.FindAsync(id, Ct);

        Assert.NotNull(read);
        Assert.Equal(0, read.Version);
        Assert.Equal((65.0, 36.6, 228.69), (read.Age!.Value, read.Details.Bmi!.Value, read.Details.AvgGlucoseLevel!.Value));
        Assert.Equal((true, false, true), (read.Details.Hypertension, read.Details.HeartDisease, read.Details.EverMarried));
        Assert.Equal((WorkType.GovtJob, SmokingStatus.FormerlySmoked), (read.Details.WorkType, read.Details.SmokingStatus));
        Assert.Equal(new UserId(2), read.AssignedDoctorId);
        Assert.Equal(new UserId(1), read.CreatedBy);
        Assert.Equal((RiskLevel.High, 0.72), (read.Risk.Level, read.Risk.Probability));
        Assert.Equal(new DateTimeOffset(2025, 12, 4, 10, 0, 0, TimeSpan.Zero), read.CreatedAt);
    }

    [Fact]
    public async Task Lists_what_the_seeds_system_left_once_the_store_is_made_ready()
    {
        var store = await watched.StoreAsync();
        var (left, archived) = (NewId(), NewId());
        await Patients.InsertManyAsync([SeedDocument(left), SeedDocument(archived).Add("archived", true)]);
        await store.EnsureIndexesAsync(Ct);

        var shown = await store.Patients.ListAsync(new PatientFilter { Limit = 100 }, Ct);

        Assert.Contains(shown, p => p.Id == left);
        Assert.DoesNotContain(shown, p => p.Id == archived);
    }

    [Fact]
    public async Task Gives_an_old_document_its_first_version_and_leaves_unknown_fields_alone()
    {
        var store = await watched.StoreAsync();
        var id = NewId();
        await Patients.InsertOneAsync(SeedDocument(id));
        var read = await store.Patients.FindAsync(id, Ct);
        var next = read!.Next(d => d with { Bmi = 30 });

        Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));
        Assert.Equal(UpdatePatientOutcome.Stale, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));

        var stored = await DocumentAsync(id);
        Assert.Equal(1L, stored["version"]);
        Assert.Equal(30.0, stored["bmi"]);
        Assert.Equal(2, stored["assigned_doctor_id"]);
        Assert.Equal(new BsonDocument("kept", new BsonArray { 1, "two" }), stored["from_elsewhere"]);
        Assert.Equal(next.AsText(), (await store.Patients.FindAsync(id, Ct))!.AsText());
    }

    [Fact]
    public async Task Keeps_former_mrns_where_only_the_claims_look()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"));
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var next = patient.Next(d => d with { Mrn = Unique("B") });
        await store.Patients.UpdateAsync(next, next.AsChange(), Ct);

        var reads = await watched.DuringAsync(
            async () =>
            {
                Assert.Equal(next.AsText(), (await store.Patients.FindAsync(patient.Id, Ct))!.AsText());
                Assert.NotEmpty(await store.Patients.ListAsync(new PatientFilter { Limit = 10 }, Ct));
            },
            "find");

        Assert.Equal(new BsonArray { patient.Details.Mrn }, (await DocumentAsync(patient.Id))["former_mrns"]);
        Assert.Equal(0, reads[0]["projection"]["former_mrns"]);
        Assert.All(reads[1]["projection"].AsBsonDocument, field => Assert.Equal((1, true), (field.Value.ToInt32(), field.Name != "former_mrns")));
    }

    [Fact]
    public async Task Leaves_no_trace_of_a_change_that_is_in_the_log()
    {
        var store = await watched.StoreAsync();
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        while (await store.Changes.PendingAsync(100, Ct) is { Count: > 0 } pending) await store.Changes.ClearAsync(pending, Ct);

        var stored = await DocumentAsync(patient.Id);

        Assert.False(stored.Contains("pending"));
        Assert.False(stored.Contains("pending_since"));
        Assert.Equal(1L, stored["version"]);
    }

    [Fact]
    public async Task Takes_no_more_changes_when_fifty_wait()
    {
        var store = await watched.StoreAsync();
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        for (var i = 1; i < 50; i++)
        {
            patient = patient.Next(d => d with { Bmi = 20 + i });
            Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(patient, patient.AsChange(), Ct));
        }

        var next = patient.Next(d => d with { Bmi = 99 });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.UpdateAsync(next, next.AsChange(), Ct));

        await store.Changes.ClearAsync(await store.Changes.PendingAsync(1000, Ct), Ct);
        Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));
    }

    private static BsonDocument SeedDocument(PatientId id) => new()
    {
        { "_id", new ObjectId(id.ToString()) },
        { "gender", "male" },
        { "age", "65" },
        { "hypertension", 1L },
        { "heart_disease", 0.0 },
        { "ever_married", "Yes" },
        { "work_type", "Govt_jov" },
        { "Residence_type", "Urban" },
        { "avg_glucose_level", 228.69 },
        { "bmi", "36.6" },
        { "smoking_status", "Formerly smoked" },
        { "stroke", 0 },
        { "stroke_risk", 0.72 },
        { "risk_level", "high" },
        { "created_by", 1 },
        { "assigned_doctor_id", "2" },
        { "created_at", new DateTime(2025, 12, 4, 10, 0, 0, DateTimeKind.Utc) },
        { "updated_at", "2025-12-04T10:00:00" },
        { "from_elsewhere", new BsonDocument("kept", new BsonArray { 1, "two" }) },
    };

    private async Task<BsonDocument> DocumentAsync(PatientId id) =>
        await Patients.Find(Builders<BsonDocument>.Filter.Eq("_id", new ObjectId(id.ToString()))).SingleAsync();
}
