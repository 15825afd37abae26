using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// New records: the claims, then the document with its change in it. Many at once take the same path in bulk. When a
/// connection is lost the id is looked up before anything is answered.
/// </summary>
internal sealed class AddPatients(PatientCollection patients, NameCollection names, UniqueKeys keys, DeadClaims deadClaims, ChangeSignal changed, TimeProvider time)
{
    private const int ChunkSize = 1000;

    public async Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await names.KeepAsync(SearchNames.Of(patient));
        Failpoint.Hit(MongoFailpoints.AddBeforeClaim);
        List<Claim> claims = [.. Claim.Of(patient)];
        var claimed = await keys.ClaimAsync(claims);
        Failpoint.Hit(MongoFailpoints.AddAfterClaim);
        var id = patient.Id.Value.ObjectId();
        if (claimed.Refused(claims) is { } refused)
        {
            var stored = await patients.StateAsync(id);
            await ReleaseAsync(claimed, stored);
            return stored is null ? OutcomeOf(refused) : OutcomeOf(stored);
        }

        deadClaims.EnsureAlive(claimed);
        return await InsertAsync(patient, change, claimed);
    }

    public async Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        var outcomes = new List<AddPatientOutcome>(added.Count);
        foreach (var chunk in added.Chunk(ChunkSize)) outcomes.AddRange(await AddChunkAsync(chunk, ct));
        return outcomes;
    }

    private async Task<AddPatientOutcome> InsertAsync(Patient patient, Change change, Claimed claimed)
    {
        var write = ObjectId.GenerateNewId();
        var id = patient.Id.Value.ObjectId();
        try
        {
            Failpoint.Hit(MongoFailpoints.AddBeforeInsert);
            await patients.Connection.WriteAsync(async ct =>
            {
                await patients.Documents.InsertOneAsync(PatientDocument.New(patient, change, write, time.GetUtcNow()), null, ct);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.AddAfterInsert);
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            // The driver may have sent it twice: the first of the two was ours.
            var stored = await patients.StateAsync(id);
            if (stored?.WasWrittenBy(write) != true)
            {
                await ReleaseAsync(claimed, stored);
                return stored is null ? AddPatientOutcome.AlreadyExists : OutcomeOf(stored);
            }
        }
        catch (MongoWriteException refused) when (!MongoOutage.Is(refused))
        {
            await ReleaseAsync(claimed, null);
            throw;
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            var stored = await patients.StateAsync(id) ?? throw MongoConnection.Unavailable("did not answer to a new record, and it is not there", outage);
            if (!stored.WasWrittenBy(write))
            {
                await ReleaseAsync(claimed, stored);
                return OutcomeOf(stored);
            }
        }

        changed.Raise();
        return AddPatientOutcome.Added;
    }

    private async Task<AddPatientOutcome[]> AddChunkAsync(IReadOnlyList<PatientAdded> chunk, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await names.KeepAsync(chunk.SelectMany(added => SearchNames.Of(added.Patient)));
        var items = chunk.Select(added => new BulkAdd(added)).ToList();
        var claimed = await keys.ClaimAsync([.. items.SelectMany(item => item.Claims)]);
        Failpoint.Hit(MongoFailpoints.AddManyAfterClaim);
        foreach (var item in items) item.Refused = claimed.Refused(item.Claims);
        deadClaims.EnsureAlive(claimed);
        await InsertManyAsync(items.FindAll(item => item.Refused is null));
        await SettleRefusedAsync(items, claimed);
        await RetryFreedAsync(items, claimed, ct);
        return [.. items.Select(item => item.Outcome)];
    }

    private async Task InsertManyAsync(List<BulkAdd> items)
    {
        if (items.Count == 0) return;
        var now = time.GetUtcNow();
        var failed = new List<BulkAdd>();
        Exception? lost = null;
        try
        {
            Failpoint.Hit(MongoFailpoints.AddManyBeforeInsert);
            await patients.Connection.WriteAsync(async ct =>
            {
                await patients.Documents.InsertManyAsync(
                    items.Select(item => item.ToDocument(now)), new InsertManyOptions { IsOrdered = false }, ct);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.AddManyAfterInsert);
        }
        catch (MongoBulkWriteException<BsonDocument> duplicates) when (MongoOutage.IsDuplicatesOnly(duplicates))
        {
            failed.AddRange(duplicates.WriteErrors.Select(e => items[e.Index]));
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            lost = outage;
            failed.AddRange(items);
        }

        await LookUpAsync(failed, lost);
        changed.Raise();
    }

    /// <summary>Of those that did not simply succeed: whose record is there is told by the write that made it.</summary>
    private async Task LookUpAsync(List<BulkAdd> failed, Exception? lost)
    {
        var stored = await patients.StatesAsync([.. failed.Select(item => item.Id)]);
        foreach (var item in failed)
        {
            if (!stored.TryGetValue(item.Id, out var state))
                throw MongoConnection.Unavailable("did not answer to new records, and not all are there; adding them again is safe", lost);
            if (!state.WasWrittenBy(item.Write)) item.Outcome = OutcomeOf(state);
        }
    }

    private async Task SettleRefusedAsync(List<BulkAdd> items, Claimed claimed)
    {
        var notAdded = items.FindAll(item => item.Refused is not null || item.Outcome != AddPatientOutcome.Added);
        if (notAdded.Count == 0) return;
        var stored = await patients.StatesAsync([.. notAdded.Select(item => item.Id).Distinct()]);
        foreach (var item in notAdded)
        {
            if (item.Refused is { } refused) item.Outcome = stored.TryGetValue(item.Id, out var state) ? OutcomeOf(state) : OutcomeOf(refused);
        }

        var held = stored.Values.SelectMany(state => Claim.Of(state.Document)).ToHashSet();
        var toRelease = notAdded.SelectMany(item => item.Claims).Where(c => claimed.Fresh.Contains(c) && !held.Contains(c)).ToHashSet();
        await keys.ReleaseAsync(claimed.Made(toRelease));
        foreach (var claim in toRelease) claimed.Taken.Remove(claim.Key);
    }

    /// <summary>A refused row is tried once more when its key came free: the one that held it was refused itself, or died before it wrote.</summary>
    private async Task RetryFreedAsync(List<BulkAdd> items, Claimed claimed, CancellationToken ct)
    {
        var refused = items.FindAll(item => item.Refused is not null && item.Outcome is not (AddPatientOutcome.AlreadyExists or AddPatientOutcome.IdRefused));
        var released = refused.FindAll(item => !claimed.Taken.ContainsKey(item.Refused!.Value.Key));
        var imported = refused.Except(released).Where(item => item.Outcome == AddPatientOutcome.SourceKeyTaken)
            .ToDictionary(item => item, item => claimed.Taken[item.Refused!.Value.Key]);
        var freed = await deadClaims.FreeAsync([.. imported.Select(p => new Claim(p.Key.Refused!.Value.Key, p.Value)).Distinct()], ct);
        released.AddRange(imported.Keys.Where(item => freed.Contains(item.Refused!.Value.Key)));
        if (released.Count == 0) return;
        var outcomes = await AddChunkAsync(released.ConvertAll(item => item.Added), ct);
        for (var i = 0; i < released.Count; i++) released[i].Outcome = outcomes[i];
    }

    private async Task ReleaseAsync(Claimed claimed, StoredState? stored)
    {
        var held = stored is null ? [] : Claim.Of(stored.Document);
        Failpoint.Hit(MongoFailpoints.AddBeforeRelease);
        await keys.ReleaseAsync(claimed.Made(claimed.Fresh.Except(held)));
    }

    private static AddPatientOutcome OutcomeOf(StoredState there) =>
        PatientDocument.IsRefused(there.Document) ? AddPatientOutcome.IdRefused : AddPatientOutcome.AlreadyExists;

    private static AddPatientOutcome OutcomeOf(Claim refused) => refused.Key switch
    {
        var key when key.StartsWith(Claim.MrnPrefix, StringComparison.Ordinal) => AddPatientOutcome.MrnTaken,
        var key when key.StartsWith(Claim.UserPrefix, StringComparison.Ordinal) => AddPatientOutcome.UserTaken,
        _ => AddPatientOutcome.SourceKeyTaken,
    };

    /// <summary>One row of a bulk on its way; until something stands against it, it is added.</summary>
    private sealed class BulkAdd(PatientAdded added)
    {
        public PatientAdded Added => added;

        public ObjectId Id { get; } = added.Patient.Id.Value.ObjectId();

        public ObjectId Write { get; } = ObjectId.GenerateNewId();

        public List<Claim> Claims { get; } = [.. Claim.Of(added.Patient)];

        public Claim? Refused { get; set; }

        public AddPatientOutcome Outcome { get; set; } = AddPatientOutcome.Added;

        public BsonDocument ToDocument(DateTimeOffset now) => PatientDocument.New(added.Patient, added.Change, Write, now);
    }
}
