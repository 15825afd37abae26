using System.Collections.Concurrent;
using System.Diagnostics;
using StrokeCare.Changes;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// Takes jobs off the queue and commits them: on SQLite up to 256 jobs or 20 ms share one COMMIT, each in its own
/// savepoint; on PostgreSQL each job is one transaction. It never waits for company: an empty queue commits at once.
/// </summary>
internal sealed class WriterThread(BlockingCollection<Job> queue, Dialect dialect)
{
    private const int MaxAttempts = 4;

    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(20);

    private readonly List<Job> batch = [];
    private DbSession? session;
    private bool committing;

    private bool Shares => dialect.Writer.JobsPerCommit > 1;

    public void Run()
    {
        foreach (var job in queue.GetConsumingEnumerable()) Handle(job);
        if (session is null) return;
        dialect.Closing(session);
        session.Dispose();
    }

    private void Handle(Job first)
    {
        if (Dropped(first)) return;
        batch.Clear();
        batch.Add(first);
        var mayHaveCommitted = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                session ??= dialect.OpenWriter();
                session.MayHaveCommitted = mayHaveCommitted;
                RunBatch(takeMore: attempt == 1);
                foreach (var job in batch) job.Complete();
                return;
            }
            catch (Exception failure) when (Settle(failure, attempt, ref mayHaveCommitted))
            {
                return;
            }
            catch (Exception failure) when (dialect.FaultOf(failure) != Fault.Job)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(20 * attempt * attempt));
            }
        }
    }

    private void RunBatch(bool takeMore)
    {
        committing = false;
        dialect.Begin(session!);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batch.Count;)
        {
            if (RunJob(batch[i])) i++;
            else batch.RemoveAt(i);
            if (takeMore && i == batch.Count && i < dialect.Writer.JobsPerCommit && Stopwatch.GetElapsedTime(started) < LongestBatch
                && queue.TryTake(out var next) && !Dropped(next)) batch.Add(next);
        }

        Failpoint.Hit(SqlFailpoints.WriterBeforeCommit);
        committing = true;
        dialect.Commit(session!);
        Failpoint.Hit(SqlFailpoints.WriterAfterCommit);
        committing = false;
    }

    // False: the job failed by itself and was told so; nothing of it is left.
    private bool RunJob(Job job)
    {
        if (!Shares)
        {
            job.Run(session!);
            return true;
        }

        dialect.Savepoint(session!);
        try
        {
            job.Run(session!);
        }
        catch (Exception failure) when (dialect.FaultOf(failure) == Fault.Job)
        {
            dialect.RollbackToSavepoint(session!);
            job.Fail(failure);
            return false;
        }

        dialect.Release(session!);
        return true;
    }

    // True: every job of the batch has its answer. False: another attempt is due.
    private bool Settle(Exception failure, int attempt, ref bool mayHaveCommitted)
    {
        var fault = dialect.FaultOf(failure);
        var outage = fault == Fault.Outage;
        if (session is not null && (outage || !dialect.Rollback(session)))
        {
            session.Dispose();
            session = null;
        }

        mayHaveCommitted |= committing && outage;
        if (attempt < MaxAttempts && (fault == Fault.Collision || (outage && dialect.Writer.RetriesAfterOutage))) return false;
        var told = fault == Fault.Job ? failure : new StoreUnavailableException(dialect.EngineName, "the write could not be completed", failure);
        foreach (var job in batch) job.Fail(told);
        return true;
    }

    private static bool Dropped(Job job)
    {
        if (!job.IsCancelled) return false;
        job.Cancel();
        return true;
    }
}
