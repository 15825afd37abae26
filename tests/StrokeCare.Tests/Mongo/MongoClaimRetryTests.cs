using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;
#if FAILPOINTS
using StrokeCare.Mongo;
#endif

namespace StrokeCare.Tests.Mongo;

/// <summary>A retry goes on with a claim while another takes it for dead: whichever comes first, the other one sees it.</summary>
public sealed class MongoClaimRetryTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Keys => watched.Database.GetCollection<BsonDocument>("unique_keys");

    [Fact]
    public async Task A_retry_keeps_a_claim_that_recovery_already_judged_dead()
    {
        var store = await watched.StoreAsync();
        await using var parts = watched.Parts(TimeProvider.System);
        var patient = APatient().With(mrn: Unique("A"));
        await ClaimAsync($"mrn:{patient.Details.Mrn}", patient.Id, Now.AddMinutes(-5));
        var dead = await DeadAsync(parts, patient.Details.Mrn!);

        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));

        Assert.Equal(0, await parts.Keys.ReleaseAsync([dead]));
        var other = APatient().With(mrn: patient.Details.Mrn);
        Assert.Equal(AddPatientOutcome.MrnTaken, await store.Patients.AddAsync(other, other.AsChange(), Ct));
    }

    [Fact]
    public async Task A_retry_claims_anew_what_recovery_deletes_under_its_hands()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"));
        await ClaimAsync($"mrn:{patient.Details.Mrn}", patient.Id, Now.AddMinutes(-5));
        var deleted = 0L;
        watched.Sending = command =>
        {
            if (command.GetElement(0) is { Name: "update" } update && update.Value == "unique_keys" && deleted == 0)
                deleted = Keys.DeleteOne(Builders<BsonDocument>.Filter.Eq("_id", $"mrn:{patient.Details.Mrn}")).DeletedCount;
        };

        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));

        watched.Sending = null;
        Assert.Equal(1, deleted);
        var other = APatient().With(mrn: patient.Details.Mrn);
        Assert.Equal(AddPatientOutcome.MrnTaken, await store.Patients.AddAsync(other, other.AsChange(), Ct));
    }

    [Fact]
    public async Task A_refused_attempt_leaves_a_claim_to_the_retry_of_the_same_millisecond()
    {
        await watched.StoreAsync();
        await using var parts = watched.Parts(new FakeTimeProvider(Now));
        Claim[] wanted = [new($"mrn:{Unique("A")}", new ObjectId(NewId().ToString()))];
        var refused = await parts.Keys.ClaimAsync(wanted);
        var retry = await parts.Keys.ClaimAsync(wanted);

        Assert.Equal(wanted, refused.Fresh);
        Assert.Empty(retry.Fresh);
        Assert.Equal(0, await parts.Keys.ReleaseAsync(refused.Made(wanted)));
        Assert.Equal(1, await parts.Keys.ReleaseAsync((await parts.Keys.FindAsync([wanted[0].Key], Ct)).Values));
    }

    [Fact]
    public async Task An_account_claimed_again_before_it_was_let_go_stays_claimed()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(user: UniqueUser());
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var key = $"user:{patient.UserId}";
        var next = patient.Next(d => d) with { UserId = null };
        watched.Sending = command =>
        {
            // The refresh of a second change, which takes the account back.
            if (command.GetElement(0) is { Name: "delete" } delete && delete.Value == "unique_keys")
                Keys.UpdateOne(Builders<BsonDocument>.Filter.Eq("_id", key), Builders<BsonDocument>.Update.Set("at", Now.AddSeconds(1).UtcDateTime));
        };

        Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));

        watched.Sending = null;
        Assert.Single(await Keys.Find(Builders<BsonDocument>.Filter.Eq("_id", key)).ToListAsync(Ct));
    }

    [Fact]
    public async Task An_import_watches_a_claim_anew_when_a_retry_goes_on_with_it()
    {
        await watched.StoreAsync();
        var clock = new FakeTimeProvider(Now);
        await using var parts = watched.Parts(TimeProvider.System, clock);
        var claim = new Claim($"source:{Unique("kaggle")}", new ObjectId(NewId().ToString()));
        await ClaimAsync(claim.Key, new(ClinicalId.Parse(claim.Owner.ToString())), Now.AddMinutes(-5));
        var most = DeadClaims.Watch - TimeSpan.FromSeconds(1);
        var free = parts.Dead.FreeAsync([claim], Ct);
        await PassAsync(most);

        await parts.Keys.ClaimAsync([claim]);
        await PassAsync(most);
        Assert.False(free.IsCompleted);
        Assert.NotEmpty(await parts.Keys.FindAsync([claim.Key], Ct));
        while (!free.IsCompleted) await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal([claim.Key], await free);
        Assert.Empty(await parts.Keys.FindAsync([claim.Key], Ct));

        async Task PassAsync(TimeSpan span)
        {
            await Task.Delay(200, Ct);
            clock.Advance(span);
            await Task.Delay(200, Ct);
        }
    }

#if FAILPOINTS
    [Fact]
    public async Task An_update_that_was_stopped_after_its_claim_does_not_go_on()
    {
        var store = await watched.StoreAsync();
        var clock = new FakeTimeProvider(Now);
        await using var parts = watched.Parts(clock);
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var next = patient.Next(d => d with { Mrn = Unique("B") });
        Failpoint.Passed = name => clock.Advance(name == MongoFailpoints.UpdateAfterClaim ? MongoAddress.OperationTimeout : TimeSpan.Zero);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => parts.Updates.UpdateAsync(next, next.AsChange(), Ct));

        Failpoint.Passed = null;
        Assert.Equal(1, (await store.Patients.FindAsync(patient.Id, Ct))!.Version);
        await store.ReleaseOrphanClaimsAsync(Now.AddSeconds(90), Ct);
        Assert.Empty(await parts.Keys.FindAsync([$"mrn:{next.Details.Mrn}"], Ct));
    }
#endif

    /// <summary>What recovery has in its hands when it is about to delete.</summary>
    private static async Task<FoundClaim> DeadAsync(MongoParts parts, string mrn)
    {
        var dead = new List<FoundClaim>();
        await foreach (var batch in parts.Keys.MadeAsync(DateTimeOffset.UnixEpoch, Now - DeadClaims.Grace, Ct))
            dead.AddRange(await parts.Dead.NotHeldAsync(batch));
        return Assert.Single(dead, c => c.Claim.Key == $"mrn:{mrn}");
    }

    private Task ClaimAsync(string key, PatientId owner, DateTimeOffset at) => Keys.InsertOneAsync(new BsonDocument
    {
        { "_id", key },
        { "owner", new ObjectId(owner.ToString()) },
        { "at", new BsonDateTime(at.ToUnixTimeMilliseconds()) },
    });
}
