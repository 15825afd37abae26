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

        await Changes.AssertHandsOverAsync(added, amended, () => AmendedAsync(entry.Corrected("Other").EnteredInError()));
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

        await Changes.AssertCarriedOnceAsync(Task.WhenAll(entries.Select(WriteEightAsync)), entries.Select(entry => entry.Id.ToString()), last: 9);
    }

    [Fact]
    public async Task Tells_every_entry_with_its_version()
    {
        var entries = new List<HistoryEntry> { await AddedAsync(AnEntry()), await AddedAsync(AnEntry()), await AddedAsync(AnEntry()) };
        entries[0] = await AmendedAsync(entries[0].Corrected("Other"));
        entries[1] = await AmendedAsync(entries[1].EnteredInError());

        await Changes.AssertTellsAsync(EntityType.MedicalHistory, entries.Select(entry => (entry.Id.ToString(), entry.Version)));
    }

    private async Task WriteEightAsync(HistoryEntry entry)
    {
        for (var i = 0; i < 8; i++) entry = await AmendedAsync(entry.Corrected($"Version {i}"));
    }
}
