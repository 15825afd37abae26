using StrokeCare.Changes;
using StrokeCare.Tests.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.History;

/// <summary>What the parts of the contract on medical history share.</summary>
public abstract class HistoryContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncLifetime
    where TFixture : StoreFixture
{
    protected IHistoryStore History { get; private set; } = null!;

    protected IChangeSource Changes { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        var store = await fixture.StoreAsync();
        (History, Changes) = (store.History, store.HistoryChanges);
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected async Task<HistoryEntry> AddedAsync(HistoryEntry entry)
    {
        Assert.Equal(AddHistoryOutcome.Added, await AddAsync(entry));
        return entry;
    }

    protected async Task<HistoryEntry> AmendedAsync(HistoryEntry next)
    {
        Assert.Equal(AmendHistoryOutcome.Amended, await AmendAsync(next));
        return next;
    }

    protected Task<AddHistoryOutcome> AddAsync(HistoryEntry entry) => History.AddAsync(entry, entry.AsChange(), Ct);

    protected Task<AmendHistoryOutcome> AmendAsync(HistoryEntry next) => History.AmendAsync(next, next.AsChange(), Ct);

    protected async Task AssertStoredAsync(HistoryEntry entry)
    {
        Assert.Equal(entry.AsText(), (await History.FindAsync(entry.PatientId, entry.Id, Ct))?.AsText());
        Assert.Contains(entry.AsText(), (await ListAsync(entry.PatientId)).Select(e => e.AsText()));
    }

    protected Task<IReadOnlyList<HistoryEntry>> ListAsync(PatientId patient, HistoryKey? behind = null, int limit = 100) =>
        History.ListAsync(new() { Patient = patient, Behind = behind, Limit = limit }, Ct);

    protected Task<List<Change>> DrainAsync(int batch = 100) => Changes.DrainAsync(batch);
}
