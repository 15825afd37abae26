using StrokeCare.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.History;

/// <summary>What every store keeps of an entry, how it settles races for it, and in which order it lists.</summary>
public abstract class HistoryStoreContract<TFixture>(TFixture fixture) : HistoryContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Keeps_every_field_as_given() => await AssertStoredAsync(await AddedAsync(WithEverything()));

    [Fact]
    public async Task Keeps_what_was_left_out_as_not_known()
    {
        var entry = AnEntry();
        await AssertStoredAsync(await AddedAsync(entry with { Text = entry.Text with { Treatment = null, Notes = null }, RecordedBy = null, RecordedByName = null }));
    }

    [Fact]
    public async Task Finds_an_entry_in_its_own_patients_history_only()
    {
        var entry = await AddedAsync(AnEntry());

        Assert.Null(await History.FindAsync(PatientBuilder.NewId(), entry.Id, Ct));
        Assert.Null(await History.FindAsync(entry.PatientId, NewEntryId(), Ct));
        Assert.Empty(await ListAsync(PatientBuilder.NewId()));
    }

    [Fact]
    public async Task Refuses_a_second_entry_with_the_same_id()
    {
        var entry = await AddedAsync(AnEntry());

        Assert.Equal(AddHistoryOutcome.AlreadyExists, await AddAsync(entry));
        Assert.Equal(AddHistoryOutcome.AlreadyExists, await AddAsync(entry with { Text = AText("Another") }));
        await AssertStoredAsync(entry);
    }

    [Fact]
    public async Task Adds_once_when_fifty_add_the_same_id()
    {
        var entry = AnEntry();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddAsync(entry)));

        Assert.Single(outcomes, AddHistoryOutcome.Added);
        Assert.Single(await ListAsync(entry.PatientId));
    }

    [Fact]
    public async Task Keeps_what_an_entry_said_before_each_amendment()
    {
        var entry = await AddedAsync(AnEntry());
        var first = await AmendedAsync(entry.Corrected("First"));
        var full = await AmendedAsync(first.Corrected("Second") with { Text = WithEverything().Text });
        var last = await AmendedAsync(full.EnteredInError());

        await AssertStoredAsync(last);
        Assert.Equal([entry.Text, first.Text, full.Text], (await ListAsync(entry.PatientId)).Single().Amendments.Select(a => a.Before));
    }

    [Fact]
    public async Task Forgets_what_a_correction_leaves_out_and_moves_the_entry_to_its_new_date()
    {
        var entry = await AddedAsync(AnEntry());
        var other = await AddedAsync(AnEntry(entry.PatientId, Day.AddDays(-1)));
        var corrected = entry.Corrected("Other");
        await AmendedAsync(corrected with { Text = new() { Diagnosis = "Little", RecordDate = Day.AddDays(-2) } });

        var listed = await ListAsync(entry.PatientId);
        Assert.Equal([other.Id, entry.Id], listed.Select(e => e.Id));
        Assert.Equal(new() { Diagnosis = "Little", RecordDate = Day.AddDays(-2) }, listed[1].Text);
    }

    [Fact]
    public async Task Never_changes_who_wrote_an_entry_and_when()
    {
        var entry = await AddedAsync(AnEntry());
        await AmendedAsync(entry.Corrected("Other") with { RecordedBy = new(99), RecordedByName = "Somebody else", CreatedAt = Day });

        var stored = (await History.FindAsync(entry.PatientId, entry.Id, Ct))!;
        Assert.Equal((entry.RecordedBy, entry.RecordedByName, entry.CreatedAt), (stored.RecordedBy, stored.RecordedByName, stored.CreatedAt));
    }

    [Fact]
    public async Task Refuses_a_stale_version_and_what_is_not_there()
    {
        var entry = await AddedAsync(AnEntry());
        var second = await AmendedAsync(entry.Corrected("Second"));

        Assert.Equal(AmendHistoryOutcome.Stale, await AmendAsync(entry.Corrected("Third")));
        Assert.Equal(AmendHistoryOutcome.Stale, await AmendAsync(second.Corrected("Third") with { Version = 4 }));
        Assert.Equal(AmendHistoryOutcome.Missing, await AmendAsync(AnEntry().Corrected("Other")));
        Assert.Equal(AmendHistoryOutcome.Missing, await AmendAsync(second.Corrected("Third") with { PatientId = PatientBuilder.NewId() }));
        await AssertStoredAsync(second);
    }

    [Fact]
    public async Task Lets_one_win_when_fifty_amend_the_same_version()
    {
        var entry = await AddedAsync(AnEntry());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AmendAsync(entry.Corrected($"Writer {i}"))));

        Assert.Single(outcomes, AmendHistoryOutcome.Amended);
        Assert.Equal(49, outcomes.Count(o => o == AmendHistoryOutcome.Stale));
        Assert.Single((await History.FindAsync(entry.PatientId, entry.Id, Ct))!.Amendments);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Pages_without_gap_or_repeat_also_among_entries_of_one_date_and_while_others_come(int limit)
    {
        var patient = PatientBuilder.NewId();
        var entries = new List<HistoryEntry>();
        // Dates of 1, 2 … 6 entries, not written in their order.
        for (var i = 0; i < 21; i++) entries.Add(await AddedAsync(AnEntry(patient, Day.AddDays(-(i * 8 % 21 * 2 / 7)))));
        await AddedAsync(AnEntry());
        var expected = entries.OrderByDescending(e => e.Text.RecordDate).ThenByDescending(e => e.Id.Value).Select(e => e.Id);

        var seen = new List<HistoryEntryId>();
        HistoryKey? behind = null;
        while (await ListAsync(patient, behind, limit) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, limit);
            seen.AddRange(page.Select(e => e.Id));
            behind = HistoryKey.Of(page[^1]);
            await AddedAsync(AnEntry(patient, Day.AddDays(1)));
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_page_may_begin_behind_what_is_not_there()
    {
        var entry = await AddedAsync(AnEntry());

        Assert.Single(await ListAsync(entry.PatientId, new(Day.AddMilliseconds(1), new(new(0, 0)))));
        Assert.Single(await ListAsync(entry.PatientId, new(Day, new(new(uint.MaxValue, ulong.MaxValue)))));
        Assert.Empty(await ListAsync(entry.PatientId, new(Day, new(new(0, 0)))));
        Assert.Empty(await ListAsync(entry.PatientId, new(HistoryRules.Earliest, NewEntryId())));
    }
}
