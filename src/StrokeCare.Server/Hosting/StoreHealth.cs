namespace StrokeCare.Server.Hosting;

/// <summary>Asks each store whether it answers, at most once in two seconds and never longer than one.</summary>
internal sealed class StoreHealth(Stores stores, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private (DateTimeOffset At, IReadOnlyDictionary<string, string> Stores)? last;

    public static bool AllWell(IReadOnlyDictionary<string, string> stores) => stores.Values.All(state => state is "healthy" or "off");

    /// <summary>healthy, unhealthy or off by store; no error text.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LookAsync(CancellationToken ct)
    {
        if (last is { } known && time.GetUtcNow() - known.At < Fresh) return known.Stores;
        var states = await Task.WhenAll(stores.Pings.Select(async ping => (ping.Name, State: ping.Ask is null ? "off" : await StateAsync(ping.Ask, ct))));
        var seen = states.ToDictionary(s => s.Name, s => s.State, StringComparer.Ordinal);
        last = (time.GetUtcNow(), seen);
        return seen;
    }

    private static async Task<string> StateAsync(Func<CancellationToken, Task> ask, CancellationToken ct)
    {
        try
        {
            await ask(ct).WaitAsync(Patience, ct);
            return "healthy";
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException or IOException)
        {
            return "unhealthy";
        }
    }
}
