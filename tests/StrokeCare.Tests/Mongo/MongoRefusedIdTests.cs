using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;
#if FAILPOINTS
using StrokeCare.Changes;
using StrokeCare.Mongo;
#endif

namespace StrokeCare.Tests.Mongo;

/// <summary>Tombstones of refused ids: in the collection of the records, and none of them.</summary>
public sealed class MongoRefusedIdTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Patients => watched.Database.GetCollection<BsonDocument>("patients");

    [Fact]
    public async Task Keeps_nothing_but_the_mark_and_the_time()
    {
        var id = await RefusedAsync();

        var stored = await DocumentAsync(id);

        Assert.Equal(["_id", "archived", "refused_at"], stored.Names.Order(StringComparer.Ordinal));
        Assert.Equal(("never", BsonType.DateTime), (stored["archived"].AsString, stored["refused_at"].BsonType));
    }

    [Fact]
    public async Task Shows_in_no_list_and_is_not_touched_when_the_store_is_made_ready()
    {
        var store = await watched.StoreAsync();
        var id = await RefusedAsync();
        await store.EnsureIndexesAsync(Ct);

        foreach (var archived in new[] { false, true })
            Assert.DoesNotContain(await store.Patients.ListAsync(new PatientFilter { Archived = archived, Limit = 100 }, Ct), p => p.Id == id);
        Assert.Equal("never", (await DocumentAsync(id))["archived"]);
    }

    [Fact]
    public async Task Is_not_taken_for_a_document_of_an_older_system()
    {
        var store = await watched.StoreAsync();
        var id = await RefusedAsync();
        var first = APatient().With(id: id) with { Version = 1 };

        Assert.Equal(UpdatePatientOutcome.Missing, await store.Patients.UpdateAsync(first, first.AsChange(), Ct));
        Assert.Equal(3, (await DocumentAsync(id)).ElementCount);
    }

    [Fact]
    public async Task Owns_no_imported_row()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(sourceKey: Unique("kaggle"), id: await RefusedAsync());
        await watched.Database.GetCollection<BsonDocument>("unique_keys").InsertOneAsync(
            new BsonDocument { { "_id", $"source:{patient.SourceKey}" }, { "owner", new ObjectId(patient.Id.ToString()) }, { "at", Now.AddMinutes(-5).UtcDateTime } }, null, Ct);

        Assert.Empty(await store.Patients.PresentAsync([patient.SourceKey!], Ct));
        Assert.True(await store.ReleaseOrphanClaimsAsync(Now, Ct) >= 1);
        Assert.Equal([AddPatientOutcome.Added], await store.Patients.AddManyAsync([APatient().With(sourceKey: patient.SourceKey).AsAdded()], Ct));
    }

#if FAILPOINTS
    [Fact]
    public async Task Looks_up_what_became_of_it_when_the_answer_was_lost()
    {
        var store = await watched.StoreAsync();
        var (written, unwritten) = (NewId(), NewId());
        Failpoint.Passed = name => _ = name == MongoFailpoints.RefuseAfter ? throw new FailpointException(name) : name;
        Assert.True(await store.Patients.RefuseIdAsync(written, Ct));
        Failpoint.Passed = name => _ = name == MongoFailpoints.RefuseBefore ? throw new FailpointException(name) : name;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.RefuseIdAsync(unwritten, Ct));
        Failpoint.Passed = null;

        Assert.Equal(0, await Patients.CountDocumentsAsync(Builders<BsonDocument>.Filter.Eq("_id", new ObjectId(unwritten.ToString())), null, Ct));
    }
#endif

    private async Task<PatientId> RefusedAsync()
    {
        var store = await watched.StoreAsync();
        var id = NewId();
        Assert.True(await store.Patients.RefuseIdAsync(id, Ct));
        return id;
    }

    private Task<BsonDocument> DocumentAsync(PatientId id) =>
        Patients.Find(Builders<BsonDocument>.Filter.Eq("_id", new ObjectId(id.ToString()))).SingleAsync(Ct);
}
