using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Audit;

public sealed class YesterdaysFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ChangeSignal changed = new();

    public void Dispose()
    {
        changed.Dispose();
        folder.Dispose();
    }

    /// <summary>Records, log and head all agree in it: only the checkpoints beside the database can tell.</summary>
    [Fact]
    public async Task Yesterdays_database_in_place_of_todays_is_found_at_the_first_row_it_lacks()
    {
        await WorkAsync(30);
        File.Copy(Database, folder.File("yesterday.db"));
        await WorkAsync(20);
        Assert.True((await VerifyAsync()).Ok);

        File.Copy(folder.File("yesterday.db"), Database, overwrite: true);
        var found = await VerifyAsync();
        Assert.Equal((31L, 30L, 30L), (found.FirstBadSeq, found.Rows, found.CoveredTo));

        // The portal goes on in it, past where it was: still found, and never blessed.
        await WorkAsync(25, blessed: false);
        var later = await VerifyAsync();
        Assert.Equal((31L, 55L, 30L), (later.FirstBadSeq, later.Rows, later.CoveredTo));
    }

    private string Database => folder.File("clinic.db");

    private async Task WorkAsync(int rows, bool blessed = true)
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < rows; i++) await store.Log.AppendAsync([SqlTestStore.AnEvent()], CancellationToken.None);
        using var keys = Keys();
        Assert.Equal(blessed, await new Checkpointer(store.Log, Checkpoints, keys, TimeProvider.System, NullLogger<Checkpointer>.Instance).CoverAsync(CancellationToken.None));
    }

    private async Task<LogVerification> VerifyAsync()
    {
        await using var store = await OpenAsync();
        using var keys = Keys();
        var relay = new Relay([store.Outbox], store.Log, changed, TimeProvider.System, NullLogger<Relay>.Instance);
        return await new VerifyLogHandler(store.Log, [store.Outbox], relay, Checkpoints, keys).HandleAsync(null, CancellationToken.None);
    }

    private CheckpointFile Checkpoints => new(folder.File("checkpoints.jsonl"));

    private SigningKeys Keys() => SigningKeys.Open(folder.File("keys"), "checkpoint", TimeProvider.System);

    private async Task<RelationalStore> OpenAsync()
    {
        var store = await RelationalStore.OpenAsync($"sqlite:///{Database}", changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await store.MigrateAsync(null, CancellationToken.None);
        return store;
    }
}
