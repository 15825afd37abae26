namespace StrokeCare.Sql.Engine;

/// <summary>Work waiting for the writer: a synchronous closure of prepared commands, answered after its COMMIT.</summary>
internal abstract class Job(bool alone)
{
    /// <summary>Takes the log's lock: where savepoints are not used it must not hold up other jobs' rows meanwhile.</summary>
    public bool Alone { get; } = alone;

    public abstract bool IsCancelled { get; }

    public abstract void Run(DbSession session);

    /// <summary>Its COMMIT is on disk.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}

internal sealed class Job<T>(Func<DbSession, T> work, bool alone, CancellationToken ct) : Job(alone)
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
