namespace StrokeCare.Sql.Engine;

/// <summary>Work waiting for the writer: a synchronous closure of prepared commands, answered after its COMMIT.</summary>
internal abstract class Job
{
    public abstract bool IsCancelled { get; }

    public abstract void Run(DbSession session);

    /// <summary>Its COMMIT is on disk.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}

internal sealed class Job<T>(Func<DbSession, T> work, CancellationToken ct) : Job
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
