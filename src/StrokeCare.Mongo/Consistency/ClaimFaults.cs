using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.Consistency;

/// <summary>
/// Claims that no record holds, and records without a claim on what they hold: another record could then be given the
/// same. Both are looked at twice, the claim before the record or after it as a writer would, so that one under way is no fault.
/// </summary>
internal sealed class ClaimFaults(PatientCollection patients, UniqueKeys keys, DeadClaims dead, TimeProvider time)
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<ConsistencyFinding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var batch in keys.MadeAsync(DateTimeOffset.UnixEpoch, time.GetUtcNow() - DeadClaims.Grace, ct))
        {
            foreach (var claim in await dead.NotHeldAsync(batch))
            {
                yield return Finding("claim.not_held", claim.Claim, "is claimed for it, and it does not hold it.", repairable: true);
            }
        }

        await foreach (var (claim, owner) in MissingAsync(ct))
        {
            yield return owner is null
                ? Finding("claim.missing", claim, "is held by it without a claim.", repairable: true)
                : Finding("claim.of_another", claim, $"is held by it and claimed by {owner.Value.ClinicalId()}.", repairable: false);
        }
    }

    public async Task<int> RepairAsync(CancellationToken ct)
    {
        dead.LookAtAll();
        var mended = await dead.ReleaseAsync(time.GetUtcNow(), ct);
        var missing = new List<Claim>();
        await foreach (var (claim, owner) in MissingAsync(ct))
        {
            if (owner is null) missing.Add(claim);
        }

        foreach (var chunk in missing.Chunk(PageSize)) mended += (await keys.ClaimAsync(chunk)).Fresh.Count;
        return mended;
    }

    // A record is written after its claims and lets go of them after it: one that still holds the value, and has no claim
    // when that is asked for after the record was read, has lost it.
    private async IAsyncEnumerable<(Claim Claim, ObjectId? Owner)> MissingAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var fields = Builders<BsonDocument>.Projection
            .Include(PatientFields.Archived).Include(PatientFields.Mrn).Include(PatientFields.UserId).Include(PatientFields.SourceKey).Include(PatientFields.FormerMrns);
        await foreach (var page in DocumentPages.ReadAsync(patients.Connection, patients.Documents, fields, PageSize, ct))
        {
            var held = page.Where(document => !PatientDocument.IsRefused(document)).SelectMany(Claim.Of).ToList();
            foreach (var suspect in await UnclaimedAsync(held, ct))
            {
                if ((await UnclaimedAsync(await StillHeldAsync(suspect), ct)) is [var claim]) yield return (claim, await OwnerAsync(claim, ct));
            }
        }
    }

    private async Task<List<Claim>> UnclaimedAsync(List<Claim> held, CancellationToken ct)
    {
        var found = await keys.FindAsync([.. held.Select(claim => claim.Key).Distinct()], ct);
        return held.FindAll(claim => !found.TryGetValue(claim.Key, out var there) || there.Claim != claim);
    }

    private async Task<List<Claim>> StillHeldAsync(Claim claim) =>
        await patients.StateAsync(claim.Owner) is { } state && Claim.Of(state.Document).Contains(claim) ? [claim] : [];

    private async Task<ObjectId?> OwnerAsync(Claim claim, CancellationToken ct) =>
        (await keys.FindAsync([claim.Key], ct)).TryGetValue(claim.Key, out var there) ? there.Claim.Owner : null;

    // The kind of key alone: an MRN is not for a report.
    private static ConsistencyFinding Finding(string code, Claim claim, string what, bool repairable)
    {
        var owner = claim.Owner.ClinicalId().ToString();
        return ConsistencyFinding.Of(EntityType.Patient, owner, code, $"patient {owner}: the {claim.Key[..claim.Key.IndexOf(':', StringComparison.Ordinal)]} key {what}") with { Repairable = repairable };
    }
}
