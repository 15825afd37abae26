namespace StrokeCare.Changes;

/// <summary>Wakes one waiting loop; any number of raises before the wait count as one.</summary>
public sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim raised = new(0, 1);

    public void Raise()
    {
        if (raised.CurrentCount > 0) return;
        try
        {
            raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread raised it in between: the loop wakes, which is all a raise asks for.
        }
    }

    /// <summary>Returns when raised or after <paramref name="atMost"/>, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await raised.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The time is up: the caller looks for itself.
        }
    }

    public void Dispose() => raised.Dispose();
}

/// <summary>Raised by a clinical store after each durable write, before its answer: the relay has something to carry, and what was counted before is old.</summary>
public sealed class ChangeSignal : IDisposable
{
    private long count;

    public Signal Signal { get; } = new();

    /// <summary>How often it was raised.</summary>
    public long Count => Interlocked.Read(ref count);

    public void Raise()
    {
        Interlocked.Increment(ref count);
        Signal.Raise();
    }

    public void Dispose() => Signal.Dispose();
}
