using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;
#if FAILPOINTS
using StrokeCare.Changes;
using StrokeCare.Mongo;
#endif

namespace StrokeCare.Tests.Mongo;

/// <summary>Claims of a process that died before it wrote its record.</summary>
public sealed class MongoClaimRecoveryTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Keys => watched.Database.GetCollection<BsonDocument>("unique_keys");

    [Fact]
    public async Task Releases_a_claim_a_minute_after_its_process_died()
    {
        var store = await watched.StoreAsync();
        var mrn = Unique("A");
        await ClaimAsync($"mrn:{mrn}", NewId(), Now);
        var patient = APatient().With(mrn: mrn);

        Assert.Equal(0, await store.ReleaseOrphanClaimsAsync(Now.AddSeconds(30), Ct));
        Assert.Equal(AddPatientOutcome.MrnTaken, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));
        Assert.Equal(1, await store.ReleaseOrphanClaimsAsync(Now.AddSeconds(90), Ct));
        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));
    }

    [Fact]
    public async Task Releases_no_claim_of_a_record_that_is_there_nor_a_former_mrn()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"), user: UniqueUser(), sourceKey: Unique("kaggle"));
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var renamed = patient.Next(d => d with { Mrn = Unique("B") });
        await store.Patients.UpdateAsync(renamed, renamed.AsChange(), Ct);

        await store.ReleaseOrphanClaimsAsync(Now.AddMinutes(5), Ct);

        foreach (var other in new[] { APatient().With(mrn: patient.Details.Mrn), APatient().With(mrn: renamed.Details.Mrn), APatient().With(user: patient.UserId!.Value.Value) })
            Assert.NotEqual(AddPatientOutcome.Added, await store.Patients.AddAsync(other, other.AsChange(), Ct));
    }

    [Fact]
    public async Task Frees_an_account_whose_record_let_go_of_it_when_the_process_died_in_between()
    {
        var store = await watched.StoreAsync();
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var user = UniqueUser();
        await ClaimAsync($"user:{user}", patient.Id, Now);

        Assert.Equal(1, await store.ReleaseOrphanClaimsAsync(Now.AddMinutes(2), Ct));

        var other = APatient().With(user: user);
        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(other, other.AsChange(), Ct));
        Assert.Equal(other.Id, (await store.Patients.FindByUserAsync(new UserId(user), Ct))?.Id);
    }

    [Fact]
    public async Task An_import_waits_for_a_dead_ones_claims_and_leaves_no_row_out()
    {
        var store = await watched.StoreAsync();
        var keys = Enumerable.Range(0, 30).Select(_ => Unique("kaggle")).ToList();
        foreach (var key in keys.Take(10)) await ClaimAsync($"source:{key}", NewId(), Now);

        Assert.Empty(await store.Patients.PresentAsync(keys, Ct));
        var outcomes = await store.Patients.AddManyAsync([.. keys.Select(k => APatient().With(sourceKey: k).AsAdded())], Ct);

        Assert.All(outcomes, o => Assert.Equal(AddPatientOutcome.Added, o));
        Assert.Equal(keys.Count, (await store.Patients.PresentAsync(keys, Ct)).Count);
    }

    [Fact]
    public async Task An_import_waits_for_one_that_lives_and_adds_nothing_twice()
    {
        var store = await watched.StoreAsync();
        var slow = APatient().With(sourceKey: Unique("kaggle"));
        await ClaimAsync($"source:{slow.SourceKey}", slow.Id, Now);

        var import = store.Patients.AddManyAsync([APatient().With(sourceKey: slow.SourceKey).AsAdded()], Ct);
        await Task.Delay(500, Ct);
        Assert.False(import.IsCompleted);
        await store.Patients.AddAsync(slow, slow.AsChange(), Ct);

        Assert.Equal([AddPatientOutcome.SourceKeyTaken], await import);
    }

    [Fact]
    public async Task Keeps_a_former_mrn_of_a_record_that_moved_on_and_came_back()
    {
        var store = await watched.StoreAsync();
        var first = APatient().With(mrn: Unique("A"));
        await store.Patients.AddAsync(first, first.AsChange(), Ct);
        var second = first.Next(d => d with { Mrn = Unique("B") });
        var third = second.Next(d => d with { Mrn = null });
        var last = third.Next(d => d with { Mrn = first.Details.Mrn });
        foreach (var next in new[] { second, third, last }) await store.Patients.UpdateAsync(next, next.AsChange(), Ct);

        await store.ReleaseOrphanClaimsAsync(Now.AddMinutes(5), Ct);

        foreach (var mrn in new[] { first.Details.Mrn, second.Details.Mrn })
        {
            var other = APatient().With(mrn: mrn);
            Assert.Equal(AddPatientOutcome.MrnTaken, await store.Patients.AddAsync(other, other.AsChange(), Ct));
        }
    }

#if FAILPOINTS
    [Fact]
    public async Task Frees_the_mrn_of_an_update_that_died_before_it_wrote_a_minute_later()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"));
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var next = patient.Next(d => d with { Mrn = Unique("B") });
        Failpoint.Passed = name => _ = name == MongoFailpoints.UpdateAfterClaim ? throw new FailpointException(name) : name;
        await Assert.ThrowsAsync<FailpointException>(() => store.Patients.UpdateAsync(next, next.AsChange(), Ct));
        Failpoint.Passed = null;
        var other = APatient().With(mrn: next.Details.Mrn);

        await store.ReleaseOrphanClaimsAsync(Now.AddSeconds(30), Ct);
        Assert.Equal(AddPatientOutcome.MrnTaken, await store.Patients.AddAsync(other, other.AsChange(), Ct));
        await store.ReleaseOrphanClaimsAsync(Now.AddSeconds(90), Ct);
        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(other, other.AsChange(), Ct));
        Assert.Equal(UpdatePatientOutcome.MrnTaken, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));
    }
#endif

    private Task ClaimAsync(string key, PatientId owner, DateTimeOffset at) => Keys.InsertOneAsync(new BsonDocument
    {
        { "_id", key },
        { "owner", new ObjectId(owner.ToString()) },
        { "at", new BsonDateTime(at.ToUnixTimeMilliseconds()) },
    });
}
