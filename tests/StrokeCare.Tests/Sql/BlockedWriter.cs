using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

/// <summary>Holds every writing thread inside a job until released.</summary>
internal sealed class BlockedWriter : IAsyncDisposable
{
    private readonly ManualResetEventSlim gate = new();
    private Task[] held = [];

    public static async Task<BlockedWriter> AtAsync(Writer writer)
    {
        var blocked = new BlockedWriter();
        using var arrived = new SemaphoreSlim(0);
        // Alone, so that no thread takes two of them.
        blocked.held = [.. Enumerable.Range(0, writer.Threads).Select(_ => (Task)writer.AppendAsync(
            _ =>
            {
                // Run again after a job beside it failed, it holds nobody up any more.
                if (!blocked.gate.IsSet) arrived.Release();
                return blocked.gate.Wait(TimeSpan.FromSeconds(30));
            },
            default))];
        for (var i = 0; i < writer.Threads; i++) Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(30)));
        return blocked;
    }

    public async Task ReleaseAsync(bool fails = false)
    {
        gate.Set();
        if (!fails) await Task.WhenAll(held);
        else foreach (var one in held) await Assert.ThrowsAsync<StoreUnavailableException>(() => one);
        held = [];
    }

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        gate.Dispose();
    }
}
