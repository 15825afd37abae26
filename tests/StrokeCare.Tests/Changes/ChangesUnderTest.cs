using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

/// <summary>What any store's changes are asked for, whatever they are changes of.</summary>
internal static class ChangesUnderTest
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What the log will say about one version of an entity, in letters that are hard to keep.</summary>
    public static Change AChange(EntityType type, string id, long version, AuditAction action) => new()
    {
        ChangeId = Change.NewId(),
        Action = action,
        At = Patients.PatientBuilder.Now,
        Description = $"{action} of {id} – «é» 漢",
        EntityType = type,
        EntityId = id,
        EntityVersion = version,
        ActorId = new(17),
        ActorName = "dr.grün",
        ActorRole = Role.Doctor,
        IpAddress = "2001:db8::1",
        UserAgent = "tests/1.0 (😀)",
        AdditionalData = """{"patient_id": "x"}""",
    };

    /// <summary>What the relay does, without the log: takes and clears all that is pending, oldest first.</summary>
    public static async Task<List<Change>> DrainAsync(this IChangeSource changes, int batch = 100)
    {
        var carried = new List<Change>();
        while (await changes.PendingAsync(batch, Ct) is { Count: > 0 } pending)
        {
            carried.AddRange(pending);
            await changes.ClearAsync(pending, Ct);
        }

        return carried;
    }

    /// <summary>The first two versions' changes are pending as they were given until each is cleared; then <paramref name="third"/>'s is.</summary>
    public static async Task AssertHandsOverAsync(this IChangeSource changes, Change first, Change second, Func<Task> third)
    {
        Assert.Equal([first, second], await changes.PendingAsync(10, Ct));
        Assert.Equal(2, (await changes.PendingStateAsync(Ct)).Count);
        await changes.ClearAsync([first], Ct);
        Assert.Equal([second], await changes.PendingAsync(10, Ct));
        await changes.ClearAsync([first, second], Ct);
        Assert.Equal(new PendingState(0, null), await changes.PendingStateAsync(Ct));
        await third();
        Assert.Equal([3L], (await changes.PendingAsync(10, Ct)).Select(c => c.EntityVersion!.Value));
    }

    /// <summary>Two relays carry each version of these entities, up to the last, once.</summary>
    public static async Task AssertCarriedOnceAsync(this IChangeSource changes, Task writing, IEnumerable<string> ids, int last)
    {
        var carried = await TwoRelays.CarryAsync(changes, writing, Ct);
        foreach (var id in ids)
        {
            var versions = carried.Where(c => c.EntityId == id).Select(c => c.EntityVersion!.Value).Order();
            Assert.Equal(Enumerable.Range(1, last).Select(v => (long)v), versions);
        }
    }

    /// <summary>The store tells these versions, and no entity twice.</summary>
    public static async Task AssertTellsAsync(this IChangeSource changes, EntityType type, IEnumerable<(string Id, long Version)> expected)
    {
        var versions = await changes.VersionsAsync(Ct).Where(v => v.Type == type).ToListAsync(Ct);
        Assert.Equal(versions.Count, versions.Select(v => v.Id).Distinct().Count());
        foreach (var (id, version) in expected) Assert.Contains(new EntityVersion(type, id, version), versions);
    }
}
