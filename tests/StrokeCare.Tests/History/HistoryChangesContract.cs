using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;
using StrokeCare.Tests.Changes;

namespace StrokeCare.Tests.History;

/// <summary>Medical history as the relay sees it: each stored version's change is pending, whole and in order, until it is cleared.</summary>
public abstract class HistoryChangesContract<TFixture>(TFixture fixture) : HistoryContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await DrainAsync();
    }

    [Fact]
    public async Task Hands_over_exactly_the_changes_that_were_given_until_they_are_cleared()
    {
        var entry = AnEntry();
        var (added, amended) = (entry.AsChange(), entry.Corrected("Other").AsChange());
        await History.AddAsync(entry, added, Ct);
        await History.AmendAsync(entry.Corrected("Other"), amended, Ct);

        Assert.Equal([added, amended], await Changes.PendingAsync(10, Ct));
        Assert.Equal(2, (await Changes.PendingStateAsync(Ct)).Count);
        await Changes.ClearAsync([added], Ct);
        Assert.Equal([amended], await Changes.PendingAsync(10, Ct));
        await Changes.ClearAsync([added, amended], Ct);
        Assert.Equal(new PendingState(0, null), await Changes.PendingStateAsync(Ct));
        await AmendedAsync(entry.Corrected("Other").EnteredInError());
        Assert.Equal([3L], (await Changes.PendingAsync(10, Ct)).Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task Has_nothing_pending_for_what_was_refused()
    {
        var entry = await AddedAsync(AnEntry());
        await DrainAsync();

        await AddAsync(entry);
        await AmendAsync(entry.Corrected("Other") with { Version = 7 });
        await AmendAsync(AnEntry().Corrected("Other"));

        Assert.Empty(await Changes.PendingAsync(10, Ct));
    }

    [Fact]
    public async Task Loses_and_repeats_nothing_when_writers_and_two_relays_run_at_once()
    {
        var entries = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AddedAsync(AnEntry())));

        var carried = await TwoRelays.CarryAsync(Changes, Task.WhenAll(entries.Select(WriteEightAsync)), Ct);

        foreach (var entry in entries)
        {
            var versions = carried.Where(c => c.EntityId == entry.Id.ToString()).Select(c => c.EntityVersion!.Value).Order();
            Assert.Equal(Enumerable.Range(1, 9).Select(v => (long)v), versions);
        }
    }

    [Fact]
    public async Task Tells_every_entry_with_its_version()
    {
        var entries = new List<HistoryEntry> { await AddedAsync(AnEntry()), await AddedAsync(AnEntry()), await AddedAsync(AnEntry()) };
        entries[0] = await AmendedAsync(entries[0].Corrected("Other"));
        entries[1] = await AmendedAsync(entries[1].EnteredInError());

        var versions = await Changes.VersionsAsync(Ct).Where(v => v.Type == EntityType.MedicalHistory).ToListAsync(Ct);

        Assert.Equal(versions.Count, versions.Select(v => v.Id).Distinct().Count());
        foreach (var entry in entries) Assert.Contains(new EntityVersion(EntityType.MedicalHistory, entry.Id.ToString(), entry.Version), versions);
    }

    private async Task WriteEightAsync(HistoryEntry entry)
    {
        for (var i = 0; i < 8; i++) entry = await AmendedAsync(entry.Corrected($"Version {i}"));
    }
}
