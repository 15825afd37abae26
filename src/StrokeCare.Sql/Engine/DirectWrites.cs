using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using StrokeCare.Changes;

namespace StrokeCare.Sql.Engine;

/// <summary>What came of a write that was tried past the queue.</summary>
internal enum Direct
{
    Done,

    /// <summary>The queue has to do it: there was no connection for it, or it changed nothing and has to be asked why.</summary>
    NotDone,

    /// <summary>As <see cref="NotDone"/>, and its answer was lost: it may be there already.</summary>
    Unknown,
}

/// <summary>
/// Writes of one statement, sent by their caller on a connection that is free, without a thread that waits for each: where
/// the engine itself lets its clients share the way to the disk, a queue before it is only a detour. Whatever does not go
/// well at once is left to the queue, which knows about outages.
/// </summary>
internal sealed class DirectWrites(Dialect dialect, Outage outage) : IAsyncDisposable
{
    [SuppressMessage("Usage", "CA2213", Justification = "Whoever comes after the end must find no place, not an error.")]
    private readonly SemaphoreSlim places = new(dialect.Writer.Direct);
    private readonly ConcurrentStack<DbSession> idle = [];

    /// <summary>Runs to its end or its time-out whatever its caller does: cut off in the middle nobody would know its outcome.</summary>
    public async Task<Direct> TryAsync<T>(OneWrite<T> write)
    {
        if (outage.IsOn || !await places.WaitAsync(TimeSpan.Zero)) return Direct.NotDone;
        DbSession? session = null;
        var sent = false;
        try
        {
            if (!idle.TryPop(out session)) session = await dialect.OpenDirectAsync();
            Failpoint.Hit(SqlFailpoints.WriterBeforeCommit);
            write.Before();
            sent = true;
            var changed = await session.ExecuteAsync(write.Statement, write.Values);
            write.After();
            Failpoint.Hit(SqlFailpoints.WriterAfterCommit);
            return changed > 0 ? Direct.Done : Direct.NotDone;
        }
        catch (Exception failure) when (dialect.FaultOf(failure) != Fault.Job)
        {
            session?.Dispose();
            session = null;
            return sent ? Direct.Unknown : Direct.NotDone;
        }
        finally
        {
            if (session is not null) idle.Push(session);
            places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // None is given back: the queue tells who comes later that the store is closing.
        for (var i = 0; i < dialect.Writer.Direct; i++) await places.WaitAsync();
        while (idle.TryPop(out var session)) session.Dispose();
    }
}
