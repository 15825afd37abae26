namespace StrokeCare.Tests.Sql;

/// <summary>A store on each engine that is filled once, for the first test that asks, and shared by all that follow.</summary>
public abstract class FilledStores : IAsyncLifetime
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, SqlTestStore> open = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal async Task<SqlTestStore> GetAsync(string engine)
    {
        await gate.WaitAsync();
        try
        {
            return open.TryGetValue(engine, out var test) ? test : open[engine] = await FillAsync(engine);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var test in open.Values) await test.DisposeAsync();
        gate.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<SqlTestStore> FillAsync(string engine);
}
