using Microsoft.Extensions.Logging;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

public sealed class JobRunnerTests
{
    [Fact]
    public async Task A_job_survives_bugs_and_outages_and_tells_of_each_row_of_failures_once()
    {
        var said = new Said();
        var runner = new JobRunner("relay", said);

        await runner.TryAsync(_ => throw new InvalidOperationException("bug"), CancellationToken.None);
        await runner.TryAsync(_ => throw new StoreUnavailableException("mongodb", "is away"), CancellationToken.None);
        await runner.TryAsync(_ => Task.CompletedTask, CancellationToken.None);
        await runner.TryAsync(_ => Task.CompletedTask, CancellationToken.None);
        await runner.TryAsync(_ => throw new StoreUnavailableException("mongodb", "is away"), CancellationToken.None);

        Assert.Equal([LogLevel.Error, LogLevel.Information, LogLevel.Warning], said.Levels);
    }

    [Fact]
    public async Task Cancellation_is_no_failure()
    {
        var said = new Said();
        await new JobRunner("relay", said).TryAsync(ct => Task.Delay(-1, ct), new CancellationToken(canceled: true));
        Assert.Empty(said.Levels);
    }
}
