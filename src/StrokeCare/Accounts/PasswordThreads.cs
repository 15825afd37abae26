using System.Diagnostics.CodeAnalysis;

namespace StrokeCare.Accounts;

/// <summary>
/// Threads that do nothing but check passwords, first come first served, and give way to those that answer requests
/// (<see cref="GivingWay"/>).
/// </summary>
internal sealed class PasswordThreads : TaskScheduler, IDisposable
{
    private readonly LinkedList<Task> waiting = new();
    private readonly Thread[] threads;
    private bool closing;

    public PasswordThreads(int count)
    {
        threads = [.. Enumerable.Range(1, count).Select(number => new Thread(Work) { IsBackground = true, Name = $"passwords-{number}" })];
        foreach (var thread in threads) thread.Start();
    }

    public override int MaximumConcurrencyLevel => threads.Length;

    /// <summary>How many wait for a thread.</summary>
    public int Waiting
    {
        get
        {
            lock (waiting) return waiting.Count;
        }
    }

    /// <summary>Starts <paramref name="work"/> when its turn comes, unless it is cancelled before.</summary>
    public Task<T> StartAsync<T>(Func<T> work, CancellationToken ct)
    {
        // Not by a factory: what one of those starts is cancelled only when its turn comes.
        var task = new Task<T>(work, ct, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.RunContinuationsAsynchronously | TaskCreationOptions.HideScheduler);
        try
        {
            task.Start(this);
        }
        catch (InvalidOperationException) when (task.IsCanceled)
        {
            // Cancelled before it could be queued: whoever awaits it is told.
        }

        return task;
    }

    /// <summary>Returns when all that waited is done; nothing may be started any more.</summary>
    public void Dispose()
    {
        lock (waiting)
        {
            closing = true;
            Monitor.PulseAll(waiting);
        }

        foreach (var thread in threads) thread.Join();
    }

    protected override void QueueTask(Task task)
    {
        lock (waiting)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            waiting.AddLast(task);
            Monitor.Pulse(waiting);
        }
    }

    // Called when a task is cancelled: its place is given up at once.
    protected override bool TryDequeue(Task task)
    {
        lock (waiting) return waiting.Remove(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (waiting) return [.. waiting];
    }

    private void Work()
    {
        GivingWay.Begin();
        while (TryTakeNext(out var task)) TryExecuteTask(task);
    }

    private bool TryTakeNext([NotNullWhen(true)] out Task? task)
    {
        lock (waiting)
        {
            while (waiting.Count == 0 && !closing) Monitor.Wait(waiting);
            task = waiting.First?.Value;
            if (task is null) return false;
            waiting.RemoveFirst();
            return true;
        }
    }
}
