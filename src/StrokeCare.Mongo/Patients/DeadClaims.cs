using MongoDB.Bson;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// Claims whose process died between the claim and the record. Each of the two writes ends within the operation
/// time-out, so an owner that has not appeared long after it never will.
/// </summary>
internal sealed class DeadClaims(PatientCollection patients, UniqueKeys keys, TimeProvider time)
{
    /// <summary>Recovery leaves younger claims alone; wide enough for clocks that differ.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>How long an import watches a claim with its own clock before it takes it for dead.</summary>
    public static readonly TimeSpan Watch = 3 * MongoAddress.OperationTimeout;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    // By so much may the clock of another process be behind ours.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    // Claims older than this were looked at by this process and their owners are there for good.
    private DateTimeOffset seenUpTo = DateTimeOffset.UnixEpoch;

    /// <summary>A process that was stopped for so long between its claim and its record that others may take the claim for dead must not go on.</summary>
    public void EnsureAlive(Claimed claimed)
    {
        if (time.GetElapsedTime(claimed.Timestamp) >= MongoAddress.OperationTimeout)
            throw MongoConnection.Unavailable("took too long between a claim and its record; nothing was written", null);
    }

    /// <summary>Of these claims of others, the keys that are free now: released meanwhile, or held by none who lives. Waits as long as it takes to know.</summary>
    public async Task<HashSet<string>> FreeAsync(IReadOnlyList<Claim> claims, CancellationToken ct)
    {
        var freed = new HashSet<string>(StringComparer.Ordinal);
        var waiting = await WithoutOwnerAsync(claims, ct);
        var started = time.GetTimestamp();
        while (waiting.Count > 0 && time.GetElapsedTime(started) < Watch)
        {
            var owners = await keys.OwnersAsync([.. waiting.Select(c => c.Key)], ct);
            freed.UnionWith(waiting.Where(c => !owners.TryGetValue(c.Key, out var owner) || owner != c.Owner).Select(c => c.Key));
            waiting.RemoveAll(c => freed.Contains(c.Key));
            if (waiting.Count == 0) break;
            await Task.Delay(LookAgain, time, ct);
            waiting = await WithoutOwnerAsync(waiting, ct);
        }

        await keys.ReleaseAsync(waiting);
        freed.UnionWith(waiting.Select(c => c.Key));
        return freed;
    }

    /// <summary>Releases what died more than <see cref="Grace"/> before <paramref name="now"/>; answers how many. The first call of a process looks at all claims, later ones at the new.</summary>
    public async Task<int> ReleaseAsync(DateTimeOffset now, CancellationToken ct)
    {
        var before = now - Grace;
        var released = 0;
        await foreach (var batch in keys.MadeAsync(seenUpTo, before, ct))
        {
            List<Claim> dead = [.. await WithoutOwnerAsync(batch, ct), .. await LetGoAsync(batch)];
            await keys.ReleaseAsync(dead);
            released += dead.Count;
        }

        seenUpTo = before - Overlap;
        return released;
    }

    /// <summary>The next <see cref="ReleaseAsync"/> looks at all claims: one of any age is held for nothing.</summary>
    public void LookAtAll() => seenUpTo = DateTimeOffset.UnixEpoch;

    /// <summary>A record let go of an account and its process died before the claim was deleted.</summary>
    private async Task<IEnumerable<Claim>> LetGoAsync(IReadOnlyList<Claim> page)
    {
        var users = page.Where(c => c.Key.StartsWith(Claim.UserPrefix, StringComparison.Ordinal)).ToList();
        var stored = await patients.StatesAsync([.. users.Select(c => c.Owner)]);
        return users.Where(c => stored.TryGetValue(c.Owner, out var state) && !Claim.Of(state.Document).Contains(c));
    }

    private async Task<List<Claim>> WithoutOwnerAsync(IReadOnlyCollection<Claim> claims, CancellationToken ct)
    {
        var present = await patients.PresentAsync([.. claims.Select(c => c.Owner).Where(o => o != ObjectId.Empty).Distinct()], ct);
        return [.. claims.Where(c => !present.Contains(c.Owner))];
    }
}
