namespace StrokeCare.Accounts;

/// <summary>
/// A sliding window: when the events of each key were, as many as <paramref name="limit"/> of them, for at most
/// <paramref name="maxKeys"/> keys. Of the framework's limiters none takes a <see cref="TimeProvider"/> or bounds its keys.
/// </summary>
internal sealed class RecentEvents(int limit, TimeSpan window, int maxKeys, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Happened>> byKey = new(StringComparer.Ordinal);

    // From the longest unheard of to the latest.
    private readonly LinkedList<Happened> order = new();

    public int Keys
    {
        get
        {
            lock (gate) return byKey.Count;
        }
    }

    /// <summary>How long until the key has room for another event; null when it has.</summary>
    public TimeSpan? UntilRoom(string key)
    {
        lock (gate) return byKey.TryGetValue(key, out var node) ? UntilRoom(node.Value) : null;
    }

    /// <summary>Adds an event of now and answers null; or adds none and says how long until there is room.</summary>
    public TimeSpan? TryAdd(string key)
    {
        lock (gate)
        {
            var node = Touch(key);
            if (UntilRoom(node.Value) is { } wait) return wait;
            node.Value.At.Enqueue(time.GetTimestamp());
            return null;
        }
    }

    private TimeSpan? UntilRoom(Happened happened)
    {
        while (happened.At.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= window) happened.At.Dequeue();
        return happened.At.Count < limit ? null : window - time.GetElapsedTime(happened.At.Peek());
    }

    private LinkedListNode<Happened> Touch(string key)
    {
        if (byKey.TryGetValue(key, out var node))
        {
            order.Remove(node);
        }
        else
        {
            if (byKey.Count >= maxKeys) Forget(order.First!);
            byKey[key] = node = new(new(key, new()));
        }

        order.AddLast(node);
        return node;
    }

    private void Forget(LinkedListNode<Happened> node)
    {
        order.Remove(node);
        byKey.Remove(node.Value.Key);
    }

    private sealed record Happened(string Key, Queue<long> At);
}
