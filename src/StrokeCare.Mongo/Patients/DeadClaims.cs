namespace StrokeCare.Mongo.Patients;

/// <summary>
/// Claims whose process died between the claim and the record. Each of the two writes ends within the operation
/// time-out, so a record that does not hold the value long after it never will, unless a retry claims it again. A retry
/// moves the claim's time, and a dead claim is deleted only as it was found: of the two one sees the other.
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

    // Claims older than this were looked at by this process and are held.
    private DateTimeOffset seenUpTo = DateTimeOffset.UnixEpoch;

    /// <summary>A process that was stopped for so long between its claim and its record that others may take the claim for dead must not go on.</summary>
    public void EnsureAlive(Claimed claimed)
    {
        if (time.GetElapsedTime(claimed.Timestamp) >= MongoAddress.OperationTimeout)
            throw MongoConnection.Unavailable("took too long between a claim and its record; nothing was written", null);
    }

    /// <summary>
    /// Of these claims of others, the keys worth another try: released meanwhile, or held by none who lives. Waits as
    /// long as it takes to know; a claim that a retry goes on with is watched from then on anew.
    /// </summary>
    public async Task<HashSet<string>> FreeAsync(IReadOnlyList<Claim> claims, CancellationToken ct)
    {
        var freed = new HashSet<string>(StringComparer.Ordinal);
        var watched = new Dictionary<FoundClaim, long>();
        var waiting = claims.ToList();
        while (true)
        {
            var looked = time.GetTimestamp();
            var found = await keys.FindAsync([.. waiting.Select(c => c.Key)], ct);
            freed.UnionWith(waiting.Where(c => !found.TryGetValue(c.Key, out var there) || there.Claim != c).Select(c => c.Key));
            waiting = await WithoutOwnerAsync(waiting.FindAll(c => !freed.Contains(c.Key)), ct);
            foreach (var claim in waiting) watched.TryAdd(found[claim.Key], time.GetTimestamp());
            var dead = waiting.ConvertAll(c => found[c.Key]).FindAll(c => time.GetElapsedTime(watched[c], looked) >= Watch);
            await keys.ReleaseAsync(dead);
            freed.UnionWith(dead.Select(c => c.Claim.Key));
            waiting.RemoveAll(c => freed.Contains(c.Key));
            if (waiting.Count == 0) return freed;
            await Task.Delay(LookAgain, time, ct);
        }
    }

    /// <summary>Releases what died more than <see cref="Grace"/> before <paramref name="now"/>; answers how many. The first call of a process looks at all claims, later ones at the new.</summary>
    public async Task<int> ReleaseAsync(DateTimeOffset now, CancellationToken ct)
    {
        var before = now - Grace;
        var released = 0;
        await foreach (var batch in keys.MadeAsync(seenUpTo, before, ct)) released += await keys.ReleaseAsync(await NotHeldAsync(batch));
        seenUpTo = before - Overlap;
        return released;
    }

    /// <summary>The next <see cref="ReleaseAsync"/> looks at all claims: one of any age is held for nothing.</summary>
    public void LookAtAll() => seenUpTo = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Claims whose record was never written, or holds the value neither now nor formerly: a change that was to bring it
    /// there died before it did, or one that let go of an account died after.
    /// </summary>
    public async Task<List<FoundClaim>> NotHeldAsync(IReadOnlyList<FoundClaim> claims)
    {
        var stored = await patients.StatesAsync([.. claims.Select(c => c.Claim.Owner).Distinct()]);
        return [.. claims.Where(c => !stored.TryGetValue(c.Claim.Owner, out var state) || !Claim.Of(state.Document).Contains(c.Claim))];
    }

    private async Task<List<Claim>> WithoutOwnerAsync(IReadOnlyCollection<Claim> claims, CancellationToken ct)
    {
        var present = await patients.PresentAsync([.. claims.Select(c => c.Owner).Distinct()], ct);
        return [.. claims.Where(c => !present.Contains(c.Owner))];
    }
}
