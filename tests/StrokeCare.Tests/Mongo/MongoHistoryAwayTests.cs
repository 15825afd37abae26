using StrokeCare.History;
using StrokeCare.Tests.History;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A server that takes a write and loses the answer, or goes away.</summary>
public sealed class MongoHistoryAwayTests(MongoTestDatabase database) : IClassFixture<MongoTestDatabase>, IAsyncLifetime
{
    private ProxiedMongoStore proxied = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IHistoryStore History => proxied.Store.History;

    public async ValueTask InitializeAsync() => proxied = await ProxiedMongoStore.OpenAsync(database);

    public async ValueTask DisposeAsync()
    {
        if (proxied is not null) await proxied.DisposeAsync();
    }

    [Fact]
    public async Task Writes_whose_answers_were_lost_are_made_once_and_answered_as_done()
    {
        var entry = AnEntry();
        proxied.Proxy.LoseAnswerTo("insert", "medical_history");
        Assert.Equal(AddHistoryOutcome.Added, await History.AddAsync(entry, entry.AsChange(), Ct));
        Assert.Equal(1, proxied.Proxy.Lost);
        Assert.Equal(AddHistoryOutcome.AlreadyExists, await History.AddAsync(entry, entry.AsChange(), Ct));

        var next = entry.Corrected("Other");
        proxied.Proxy.LoseAnswerTo("update", "medical_history");
        Assert.Equal(AmendHistoryOutcome.Amended, await History.AmendAsync(next, next.AsChange(), Ct));
        Assert.Equal(2, proxied.Proxy.Lost);
        Assert.Equal(next.AsText(), (await History.FindAsync(entry.PatientId, entry.Id, Ct))!.AsText());

        var pending = (await proxied.Store.HistoryChanges.PendingAsync(1000, Ct)).Where(c => c.EntityId == entry.Id.ToString());
        Assert.Equal([1L, 2L], pending.Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task Answers_unavailable_while_the_server_is_away()
    {
        var entry = AnEntry();
        await History.AddAsync(entry, entry.AsChange(), Ct);
        proxied.Proxy.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => History.FindAsync(entry.PatientId, entry.Id, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => History.ListAsync(new() { Patient = entry.PatientId, Limit = 10 }, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => History.AddAsync(AnEntry(), entry.AsChange(), Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => History.AmendAsync(entry.Corrected("Other"), entry.AsChange(), Ct));
    }
}
