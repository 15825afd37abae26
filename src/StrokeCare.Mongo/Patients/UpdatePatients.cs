using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// The next version of a record: one update, guarded by the version and, so that the usual change needs no claims, by
/// MRN and account being the stored ones. Only when that finds nothing is it asked why.
/// </summary>
internal sealed class UpdatePatients(PatientCollection patients, NameCollection names, UniqueKeys keys, DeadClaims deadClaims, ChangeSignal changed, TimeProvider time)
{
    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await names.KeepAsync(SearchNames.Of(next));
        var id = ObjectId.GenerateNewId();
        var write = new Write(id, next, PatientDocument.Next(next, change, id, time.GetUtcNow()));
        if (await TryAsync(write, Guard(next) & SameKeys(next))) return Updated();

        var stored = await patients.StateAsync(write.Owner);
        if (stored is null || PatientDocument.IsRefused(stored.Document)) return UpdatePatientOutcome.Missing;
        if (stored.WasWrittenBy(write.Id)) return Updated();
        if (stored.Version != next.Version - 1) return UpdatePatientOutcome.Stale;
        if (stored.PendingCount >= PendingFields.Most)
            throw MongoConnection.Unavailable($"record {next.Id} waits for {stored.PendingCount} changes to reach the log", null);
        return await UpdateWithKeysAsync(write, stored);
    }

    private async Task<UpdatePatientOutcome> UpdateWithKeysAsync(Write write, StoredState stored)
    {
        var held = Claim.Of(stored.Document).ToHashSet();
        var wanted = Claim.Of(write.Next with { SourceKey = null }).Where(c => !held.Contains(c)).ToList();
        var accounts = held.Where(c => IsUser(c) && !Claim.Of(write.Next).Contains(c)).ToList();
        // Looked at while the record still holds them: once it does not, the next change may claim one again.
        var toLetGo = await keys.FindAsync([.. accounts.Select(c => c.Key)], CancellationToken.None);
        var claimed = await keys.ClaimAsync(wanted);
        Failpoint.Hit(MongoFailpoints.UpdateAfterClaim);
        if (claimed.Refused(wanted) is { } refused)
        {
            await keys.ReleaseAsync(claimed.Made(claimed.Fresh));
            return refused.Key.StartsWith(Claim.MrnPrefix, StringComparison.Ordinal) ? UpdatePatientOutcome.MrnTaken : UpdatePatientOutcome.UserTaken;
        }

        deadClaims.EnsureAlive(claimed);
        if (await TryAsync(write.Keeping(stored), Guard(write.Next)))
        {
            await LetGoAsync(toLetGo.Values.Where(found => accounts.Contains(found.Claim)));
            return Updated();
        }

        var now = await patients.StateAsync(write.Owner);
        if (now?.WasWrittenBy(write.Id) == true) return Updated();
        // Somebody was faster; what they claimed for this very record they hold now.
        await keys.ReleaseAsync(claimed.Made(claimed.Fresh.Except(now is null ? [] : Claim.Of(now.Document))));
        return now is null ? UpdatePatientOutcome.Missing : UpdatePatientOutcome.Stale;
    }

    /// <summary>The record is written; an account it let go of and that cannot be freed now is freed by recovery.</summary>
    private async Task LetGoAsync(IEnumerable<FoundClaim> claims)
    {
        try
        {
            Failpoint.Hit(MongoFailpoints.UpdateBeforeRelease);
            await keys.ReleaseAsync(claims);
        }
        catch (Exception outage) when (outage is StoreUnavailableException || MongoOutage.Is(outage))
        {
            deadClaims.LookAtAll();
        }
    }

    private Task<bool> TryAsync(Write write, FilterDefinition<BsonDocument> filter) => GuardedUpdate.TryAsync(
        async () =>
        {
            Failpoint.Hit(MongoFailpoints.UpdateBefore);
            var result = await patients.Connection.WriteAsync(ct => patients.Documents.UpdateOneAsync(filter, write.Update, null, ct));
            Failpoint.Hit(MongoFailpoints.UpdateAfter);
            return result;
        },
        () => patients.StateAsync(write.Owner), write.Id, write.Next.Version, "a record");

    private UpdatePatientOutcome Updated()
    {
        changed.Raise();
        return UpdatePatientOutcome.Updated;
    }

    // A refused id has no version, as a document of an older system has none.
    private static FilterDefinition<BsonDocument> Guard(Patient next) =>
        VersionGuard.Of(next.Id.Value.ObjectId(), next.Version - 1) & Filter.Ne(PatientFields.Archived, PatientFields.Never);

    private static FilterDefinition<BsonDocument> SameKeys(Patient next) =>
        Filter.Eq(PatientFields.Mrn, BsonFields.Of(next.Details.Mrn) ?? BsonNull.Value)
        & Filter.Eq(PatientFields.UserId, BsonFields.Of(next.UserId) ?? BsonNull.Value);

    private static bool IsUser(Claim claim) => claim.Key.StartsWith(Claim.UserPrefix, StringComparison.Ordinal);

    private sealed record Write(ObjectId Id, Patient Next, UpdateDefinition<BsonDocument> Update)
    {
        public ObjectId Owner { get; } = Next.Id.Value.ObjectId();

        /// <summary>The same write, which also notes the stored MRN when it takes another's place; the version guard makes sure it is that one.</summary>
        public Write Keeping(StoredState stored) => stored.Document.Text(PatientFields.Mrn) is { } former && former != Next.Details.Mrn
            ? this with { Update = Builders<BsonDocument>.Update.Combine(Update, PatientDocument.Former(former)) }
            : this;
    }
}
