using System.Collections.Concurrent;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

/// <summary>Two relays at one source, beside those who write to it.</summary>
internal static class TwoRelays
{
    /// <summary>All that either carried until everything was written and nothing was left; a change that both carried counts once.</summary>
    public static async Task<IReadOnlyCollection<Change>> CarryAsync(IChangeSource source, Task writing, CancellationToken ct)
    {
        var carried = new ConcurrentDictionary<string, Change>(StringComparer.Ordinal);
        await Task.WhenAll(RelayAsync(), RelayAsync(), writing);
        while (await CarryOnceAsync() > 0)
        {
        }

        return [.. carried.Values];

        async Task RelayAsync()
        {
            do await CarryOnceAsync();
            while (!writing.IsCompleted);
        }

        async Task<int> CarryOnceAsync()
        {
            var pending = await source.PendingAsync(20, ct);
            foreach (var change in pending) carried[change.ChangeId] = change;
            await source.ClearAsync(pending, ct);
            return pending.Count;
        }
    }
}
