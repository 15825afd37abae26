using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>
/// Works on one file at a time, beside the requests of this process: whoever began it may leave. It keeps the last report
/// until the next file comes, in memory only. Who may ask it for what, the operations decide.
/// </summary>
public sealed class ImportDesk(ImportPatientsHandler import, TimeProvider time, ILogger<ImportDesk> logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Channel<Order> orders = Channel.CreateUnbounded<Order>();
    private Order? underWay;
    private volatile ImportRun? run;

    /// <summary>The one under way or the last one. Each step of it is another object.</summary>
    internal ImportRun? Run => run;

    /// <summary>The one begun, and its report once it has ended; null while another is under way.</summary>
    internal (ImportRun Begun, Task<ImportRun> Ended)? Start(KaggleFile file, Actor actor)
    {
        lock (gate)
        {
            if (underWay is not null) return null;
            run = new ImportRun { Id = Change.NewId(), StartedBy = actor.Username, StartedAt = time.GetUtcNow(), Rows = file.Rows };
            underWay = new(file, actor);
            orders.Writer.TryWrite(underWay);
            return (run, underWay.Ended.Task);
        }
    }

    /// <summary>False when it is not under way, or not any more. The task ends with it.</summary>
    internal bool TryCancel(string id, out Task ended)
    {
        lock (gate)
        {
            ended = underWay?.Ended.Task ?? Task.CompletedTask;
            if (underWay is not { } order || run!.Id != id) return false;
            run = run with { State = ImportState.Cancelling };
            order.Cancelled.Cancel();
            return true;
        }
    }

    /// <summary>Runs until cancelled, and ends the batch that is under way then.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var order in orders.Reader.ReadAllAsync(ct)) await WorkAsync(order, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // There is nobody left to bring files.
        }
    }

    private async Task WorkAsync(Order order, CancellationToken stopping)
    {
        var state = ImportState.Broken;
        await new JobRunner("import of a file", logger).TryAsync(
            async _ =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(order.Cancelled.Token, stopping);
                var result = await import.HandleAsync(order.File!.Read(), order.Actor, new Steps(this), either.Token);
                if (result.Succeeded) Show(result.Value);
                state = !result.Succeeded ? ImportState.Refused
                    : !result.Value.IsStopped ? ImportState.Done
                    : order.Cancelled.IsCancellationRequested ? ImportState.Cancelled : ImportState.Interrupted;
            },
            CancellationToken.None);
        lock (gate)
        {
            run = run! with { State = state, EndedAt = time.GetUtcNow() };
            underWay = null;
            order.Ended.SetResult(run);
        }

        order.File = null;
        order.Cancelled.Dispose();
    }

    private void Show(ImportProgress progress)
    {
        lock (gate) run = run! with { Progress = progress };
    }

    public void Dispose() => underWay?.Cancelled.Dispose();

    private sealed class Order(KaggleFile file, Actor actor)
    {
        /// <summary>Null when it is done with: nothing of it stays in memory.</summary>
        public KaggleFile? File { get; set; } = file;

        public Actor Actor => actor;

        public CancellationTokenSource Cancelled { get; } = new();

        public TaskCompletionSource<ImportRun> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Steps(ImportDesk desk) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => desk.Show(value);
    }
}
