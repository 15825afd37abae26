namespace StrokeCare.Sql.Engine;

/// <summary>With whom a job may share a COMMIT, and what it needs of one.</summary>
internal enum JobKind
{
    /// <summary>Any number of statements.</summary>
    Many,

    /// <summary>Exactly one that writes, before any that reads: alone, it needs no transaction around it.</summary>
    OneWrite,

    /// <summary>Takes the log's lock: where several threads write it must not hold up other jobs' rows meanwhile.</summary>
    Append,
}

/// <summary>Work waiting for the writer: a synchronous closure of prepared commands, answered after its COMMIT.</summary>
internal abstract class Job(JobKind kind)
{
    public JobKind Kind { get; } = kind;

    /// <summary>It was tried before, and its answer was lost.</summary>
    public bool MayHaveCommitted { get; init; }

    public abstract bool IsCancelled { get; }

    public abstract void Run(DbSession session);

    /// <summary>Its COMMIT is on disk.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}

internal sealed class Job<T>(Func<DbSession, T> work, JobKind kind, CancellationToken ct) : Job(kind)
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Answer => answer.Task;

    public override bool IsCancelled => ct.IsCancellationRequested;

    public override void Run(DbSession session) => result = work(session);

    public override void Complete() => answer.TrySetResult(result!);

    public override void Fail(Exception reason) => answer.TrySetException(reason);

    public override void Cancel() => answer.TrySetCanceled(ct);
}
