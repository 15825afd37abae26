using System.Collections.Concurrent;
using System.Diagnostics;
using StrokeCare.Changes;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// Takes jobs off the queue and commits them together: as many as are waiting, up to the dialect's number or 20 ms. It
/// never waits for company: an empty queue commits at once.
/// </summary>
internal sealed class WriterThread(BlockingCollection<Job> queue, Dialect dialect)
{
    private const int MaxAttempts = 4;

    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(20);

    private DbSession? session;
    private Job? putOff;
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
        if (Dropped(first)) return;
        List<Job> batch = [first];
        var mayHaveCommitted = false;
        if (Attempt(batch, 1, ref mayHaveCommitted)) return;
        foreach (var job in batch)
        {
            var mine = mayHaveCommitted;
            for (var attempt = 2; !Attempt([job], attempt, ref mine); attempt++) Thread.Sleep(TimeSpan.FromMilliseconds(20 * attempt * attempt));
        }
    }

    // True: every job of the batch has its answer. False: they are to be tried again, each alone.
    private bool Attempt(List<Job> batch, int attempt, ref bool mayHaveCommitted)
    {
        try
        {
            committing = false;
            session ??= dialect.OpenWriter();
            session.MayHaveCommitted = mayHaveCommitted;
            dialect.Begin(session);
            RunJobs(batch, session, company: attempt == 1 && MayHaveCompany(batch[0]));
            Failpoint.Hit(SqlFailpoints.WriterBeforeCommit);
            committing = true;
            dialect.Commit(session);
            Failpoint.Hit(SqlFailpoints.WriterAfterCommit);
        }
        catch (Exception failure) when (dialect.FaultOf(failure) is var fault)
        {
            return Settle(batch, failure, fault, attempt, ref mayHaveCommitted);
        }

        foreach (var job in batch) job.Complete();
        return true;
    }

    private void RunJobs(List<Job> batch, DbSession on, bool company)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batch.Count;)
        {
            if (Run(batch[i], on)) i++;
            else batch.RemoveAt(i);
            if (company && i == batch.Count && i < dialect.Writer.JobsPerCommit && Stopwatch.GetElapsedTime(started) < LongestBatch && Next() is { } next)
                batch.Add(next);
        }
    }

    // False: the job failed by itself and was told so; nothing of it is left.
    private bool Run(Job job, DbSession on)
    {
        if (!dialect.Writer.Savepoints)
        {
            job.Run(on);
            return true;
        }

        dialect.Savepoint(on);
        try
        {
            job.Run(on);
        }
        catch (Exception failure) when (dialect.FaultOf(failure) == Fault.Job)
        {
            dialect.RollbackToSavepoint(on);
            job.Fail(failure);
            return false;
        }

        dialect.Release(on);
        return true;
    }

    private bool Settle(List<Job> batch, Exception failure, Fault fault, int attempt, ref bool mayHaveCommitted)
    {
        var outage = fault == Fault.Outage;
        if (session is not null && (outage || !dialect.Rollback(session)))
        {
            session.Dispose();
            session = null;
        }

        mayHaveCommitted |= committing && outage;
        if (attempt < MaxAttempts && (batch.Count > 1 || fault == Fault.Collision || outage) && (!outage || dialect.Writer.RetriesAfterOutage)) return false;
        var told = fault == Fault.Job ? failure : new StoreUnavailableException(dialect.EngineName, "the write could not be completed", failure);
        foreach (var job in batch) job.Fail(told);
        return true;
    }

    private bool MayHaveCompany(Job job) => dialect.Writer.Savepoints || !job.Alone;

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
