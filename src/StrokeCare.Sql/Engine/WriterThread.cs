using System.Collections.Concurrent;
using StrokeCare.Changes;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// Takes jobs off the queue and commits them together: as many as are waiting, up to the dialect's number or 20 ms. It
/// never waits for company: an empty queue commits at once. A job that fails takes nothing with it: what ran beside it
/// is rolled back and run again without it, which costs less than a savepoint around every job that does not fail.
/// </summary>
internal sealed class WriterThread(BlockingCollection<Job> queue, Dialect dialect, Outage outage, TimeProvider time)
{
    private const int MaxAttempts = 4;

    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(20);

    private DbSession? session;
    private Job? putOff;
    private Job? running;
    private bool committing;

    public void Run()
    {
        foreach (var job in queue.GetConsumingEnumerable())
        {
            Handle(job);
            while (Interlocked.Exchange(ref putOff, null) is { } next) Handle(next);
        }

        if (session is null) return;
        dialect.Closing(session);
        session.Dispose();
    }

    private void Handle(Job first)
    {
        if (!Dropped(first)) Answer([first], company: MayHaveCompany(first), first.MayHaveCommitted);
    }

    // Returns when every job of the batch has its answer.
    private void Answer(List<Job> batch, bool company, bool mayHaveCommitted)
    {
        for (var attempt = 1; batch.Count > 0; company = false)
        {
            if (!outage.MayTry())
            {
                Fail(batch, outage.Reason);
                return;
            }

            if (Try(batch, company, mayHaveCommitted) is not { } failure)
            {
                foreach (var job in batch) job.Complete();
                return;
            }

            switch (Leave(failure))
            {
                case Fault.Job when running is { } guilty:
                    guilty.Fail(failure);
                    batch.Remove(guilty);
                    continue;
                case Fault.Collision when batch.Count > 1:
                    foreach (var job in batch) Answer([job], company: false, mayHaveCommitted);
                    return;
                case Fault.Collision when attempt < MaxAttempts:
                    break;
                case Fault.Outage when attempt < MaxAttempts && dialect.Writer.RetriesAfterOutage:
                    mayHaveCommitted |= committing;
                    break;
                case var fault:
                    Fail(batch, Told(fault, failure));
                    return;
            }

            attempt++;
            Thread.Sleep(TimeSpan.FromMilliseconds(20 * attempt * attempt));
        }
    }

    // Null: committed.
    private Exception? Try(List<Job> batch, bool company, bool mayHaveCommitted)
    {
        try
        {
            (running, committing) = (null, false);
            session ??= dialect.OpenWriter();
            session.MayHaveCommitted = mayHaveCommitted;
            if (dialect.Writer.OneWriteIsATransaction && batch is [{ Kind: JobKind.OneWrite } only] && (!company || queue.Count == 0)) Commit(only, session);
            else Commit(batch, session, company);
            Failpoint.Hit(SqlFailpoints.WriterAfterCommit);
            outage.Over();
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure;
        }
    }

    private void Commit(List<Job> batch, DbSession on, bool company)
    {
        dialect.Begin(on);
        var started = time.GetTimestamp();
        for (var i = 0; i < batch.Count; i++)
        {
            Run(batch[i], on);
            if (company && i == batch.Count - 1 && batch.Count < dialect.Writer.JobsPerCommit && time.GetElapsedTime(started) < LongestBatch && Next() is { } next)
                batch.Add(next);
        }

        Failpoint.Hit(SqlFailpoints.WriterBeforeCommit);
        committing = true;
        dialect.Commit(on);
    }

    private void Commit(Job only, DbSession on)
    {
        Failpoint.Hit(SqlFailpoints.WriterBeforeCommit);
        committing = true;
        Run(only, on);
    }

    private void Run(Job job, DbSession on)
    {
        running = job;
        job.Run(on);
        running = null;
    }

    // Leaves no transaction open, and no connection that cannot be trusted any more.
    private Fault Leave(Exception failure)
    {
        var fault = dialect.FaultOf(failure);
        if (session is not null && (fault == Fault.Outage || !dialect.Rollback(session)))
        {
            session.Dispose();
            session = null;
        }

        return fault;
    }

    // Jobs that collide again and again say nothing about the store.
    private Exception Told(Fault fault, Exception failure) => fault switch
    {
        Fault.Job => failure,
        Fault.Collision => new StoreUnavailableException(dialect.EngineName, "the write got in the way of others again and again", failure),
        Fault.Outage => outage.Met(failure),
    };

    private static void Fail(List<Job> batch, Exception reason)
    {
        foreach (var job in batch) job.Fail(reason);
    }

    private bool MayHaveCompany(Job job) => !job.MayHaveCommitted && (dialect.Writer.AppendsShare || job.Kind != JobKind.Append);

    private Job? Next()
    {
        while (putOff is null && queue.TryTake(out var next))
        {
            if (Dropped(next)) continue;
            if (MayHaveCompany(next)) return next;
            putOff = next;
        }

        return null;
    }

    private static bool Dropped(Job job)
    {
        if (!job.IsCancelled) return false;
        job.Cancel();
        return true;
    }
}
