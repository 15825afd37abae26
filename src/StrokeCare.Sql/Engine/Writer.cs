using System.Collections.Concurrent;
using StrokeCare.Changes;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// The queue before the writing threads: one on SQLite, a few on PostgreSQL. A caller is answered only after the
/// COMMIT of its job; a full queue refuses at once.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly BlockingCollection<Job> queue;
    private readonly Dialect dialect;
    private readonly Task[] threads;
    private readonly DirectWrites direct;
    private int closed;

    public int Threads => threads.Length;

    public Writer(Dialect dialect, TimeProvider time, int queueLimit = 4096)
    {
        this.dialect = dialect;
        queue = new(queueLimit);
        var outage = new Outage(dialect);
        direct = new(dialect, outage);
        threads = [.. Enumerable.Range(0, dialect.Writer.Threads).Select(_ => Task.Factory.StartNew(
            () => new WriterThread(queue, dialect, outage, time).Run(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns after its COMMIT. It may run more than once: it must
    /// touch nothing but its session. An outage throws <see cref="StoreUnavailableException"/>.
    /// </summary>
    public Task<T> RunAsync<T>(Func<DbSession, T> work, CancellationToken ct) => QueueAsync(new Job<T>(work, JobKind.Many, ct));

    /// <summary>As <see cref="RunAsync"/>, for work that writes with its first statement and after that only reads.</summary>
    public Task<T> WriteAsync<T>(Func<DbSession, T> work, CancellationToken ct) => QueueAsync(new Job<T>(work, JobKind.OneWrite, ct));

    /// <summary>As <see cref="RunAsync"/>, past the queue where the engine has a connection free for it.</summary>
    public async Task<T> WriteAsync<T>(OneWrite<T> write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var tried = dialect.Writer.Direct > 0 && Volatile.Read(ref closed) == 0 ? await direct.TryAsync(write) : Direct.NotDone;
        if (tried != Direct.Done) return await QueueAsync(new Job<T>(write.Run, JobKind.OneWrite, tried == Direct.Unknown ? CancellationToken.None : ct) { MayHaveCommitted = tried == Direct.Unknown });
        Answered(static () => Failpoint.Hit(SqlFailpoints.WriterAnswered));
        return write.Done;
    }

    /// <summary>As <see cref="RunAsync"/>, for work that appends to the log.</summary>
    public Task<T> AppendAsync<T>(Func<DbSession, T> work, CancellationToken ct) => QueueAsync(new Job<T>(work, JobKind.Append, ct));

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) == 1) return;
        queue.CompleteAdding();
        await Task.WhenAll(threads);
        await direct.DisposeAsync();
        queue.Dispose();
    }

    /// <summary>Passes a failpoint behind a COMMIT: an outage there is an answer that was lost.</summary>
    internal void Answered(Action failpoint)
    {
        try
        {
            failpoint();
        }
        catch (IOException outage)
        {
            throw new StoreUnavailableException(dialect.EngineName, "the answer was lost", outage);
        }
    }

    private async Task<T> QueueAsync<T>(Job<T> job)
    {
        try
        {
            if (!queue.TryAdd(job)) throw new StoreUnavailableException(dialect.EngineName, "too many writes are waiting");
        }
        catch (InvalidOperationException) when (Volatile.Read(ref closed) == 1)
        {
            throw new StoreUnavailableException(dialect.EngineName, "the store is closing");
        }

        var result = await job.Answer;
        Answered(static () => Failpoint.Hit(SqlFailpoints.WriterAnswered));
        return result;
    }
}
