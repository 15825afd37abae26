using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;

namespace StrokeCare.Tests.Accounts;

public sealed class PasswordDeskTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly PasswordDesk desk;
    private readonly SemaphoreSlim gate = new(0);

    public PasswordDeskTests() => desk = new(time, 1);

    public void Dispose()
    {
        gate.Release(1_000);
        desk.Dispose();
        gate.Dispose();
    }

    [Fact]
    public async Task Work_is_done_in_the_order_it_came_on_threads_of_its_own()
    {
        var order = new List<int>();
        var names = new HashSet<string?>();
        var held = await HoldAsync();
        var runs = Enumerable.Range(0, 10).Select(i => desk.RunAsync(
            () =>
            {
                order.Add(i);
                names.Add(Thread.CurrentThread.Name);
                return i;
            },
            CancellationToken.None)).ToList();
        gate.Release();
        await held;
        Assert.Equal(Enumerable.Range(0, 10), (await Task.WhenAll(runs)).Select(run => run.Value));
        Assert.Equal(Enumerable.Range(0, 10), order);
        Assert.Equal(["passwords-1"], names);
    }

    [Fact]
    public async Task Who_would_wait_more_than_5_seconds_is_told_at_once()
    {
        Assert.Equal(TimeSpan.Zero, desk.ExpectedWait);
        var held = await HoldAsync();

        // 300 ms each until measured: sixteen wait 4.8 s, the seventeenth finds less than five seconds before it.
        var waiting = Enumerable.Range(0, 17).Select(_ => Instant()).ToList();
        Assert.Equal(TimeSpan.FromSeconds(5.1), desk.ExpectedWait);
        var refused = Instant();
        Assert.True(refused.IsCompleted);
        Assert.Same(PasswordDesk.Busy, (await refused).Error);
        Assert.Equal((ErrorKind.Unavailable, "login.busy"), (PasswordDesk.Busy.Kind, PasswordDesk.Busy.Code));
        gate.Release();
        await held;
        Assert.All(await Task.WhenAll(waiting), run => Assert.True(run.Succeeded));
        Assert.True((await Instant()).Succeeded);
        Assert.Equal(TimeSpan.Zero, desk.ExpectedWait);
    }

    [Fact]
    public async Task The_wait_is_told_from_how_long_checks_took_of_late_and_falls_again()
    {
        for (var i = 0; i < 40; i++) await Lasting(TimeSpan.FromSeconds(4));
        Assert.Equal(4, await AverageAsync(), 0.1);
        var held = await HoldAsync();
        var (one, two) = (Instant(), Instant());
        Assert.Same(PasswordDesk.Busy, (await Instant()).Error);
        gate.Release();
        await Task.WhenAll(held, one, two);

        for (var i = 0; i < 40; i++) await Lasting(TimeSpan.FromSeconds(0.1));
        Assert.Equal(0.1, await AverageAsync(), 0.1);
    }

    [Fact]
    public async Task What_work_throws_is_thrown_to_who_asked_and_to_nobody_else()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => desk.RunAsync<int>(() => throw new InvalidOperationException("mine"), CancellationToken.None));
        Assert.Equal("mine", thrown.Message);
        Assert.True((await Instant()).Succeeded);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_gives_up_the_place_and_the_work_is_never_done()
    {
        var held = await HoldAsync();
        using var leaves = new CancellationTokenSource();
        var done = false;
        var left = desk.RunAsync(() => done = true, leaves.Token);
        var stays = Instant();
        Assert.Equal(TimeSpan.FromSeconds(0.6), desk.ExpectedWait);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(TimeSpan.FromSeconds(0.3), desk.ExpectedWait);
        gate.Release();
        await held;
        Assert.True((await stays).Succeeded);
        Assert.False(done);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => desk.RunAsync(() => done = true, leaves.Token));
        Assert.False(done);
    }

    [Fact]
    public async Task A_place_counts_as_waiting_and_is_kept_however_busy_it_gets()
    {
        var held = await HoldAsync();
        var places = Enumerable.Range(0, 17).Select(_ => desk.TakePlace()!).ToList();
        Assert.Equal(TimeSpan.FromSeconds(5.1), desk.ExpectedWait);
        Assert.Null(desk.TakePlace());
        Assert.Same(PasswordDesk.Busy, (await Instant()).Error);
        var used = places[0].RunAsync(() => 1, CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(5.1), desk.ExpectedWait);
        foreach (var place in places) place.Dispose();
        Assert.Equal(TimeSpan.FromSeconds(0.3), desk.ExpectedWait);
        gate.Release();
        await held;
        Assert.Equal(1, (await used).Value);
    }

    [Fact]
    public async Task Closing_it_finishes_what_waits_and_takes_nothing_more()
    {
        var held = await HoldAsync();
        var waiting = Enumerable.Range(0, 5).Select(_ => Instant()).ToList();
        using var place = desk.TakePlace()!;
        var closing = Task.Run(desk.Dispose);
        gate.Release();
        await closing;
        Assert.True((await held).Succeeded);
        Assert.All(await Task.WhenAll(waiting), run => Assert.True(run.Succeeded));
        Assert.Same(PasswordDesk.Busy, (await Instant()).Error);
        Assert.Same(PasswordDesk.Busy, (await place.RunAsync(() => 0, CancellationToken.None)).Error);
    }

    [Fact]
    public void All_but_one_core_may_check_passwords()
    {
        using var real = new PasswordDesk(TimeProvider.System);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount - 1), real.Threads);
    }

    [Fact]
    public async Task On_Linux_its_threads_yield_to_those_that_answer_requests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Niceness per thread is Linux's.");

        // The nineteenth field of stat, counted behind the name in brackets.
        static int Nice() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[17]);
        Assert.Equal(Math.Min(19, Nice() + 10), (await desk.RunAsync(Nice, CancellationToken.None)).Value);
    }

    // Occupies the one thread until the gate opens; returns when it does so.
    private async Task<Task<Result<int>>> HoldAsync()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = desk.RunAsync(
            () =>
            {
                began.SetResult();
                gate.Wait();

                // As if it took what every check is taken to: the average stays where it was.
                time.Advance(TimeSpan.FromSeconds(0.3));
                return 0;
            },
            CancellationToken.None);
        await began.Task;
        return held;
    }

    private Task<Result<int>> Instant() => desk.RunAsync(() => 0, CancellationToken.None);

    private async Task Lasting(TimeSpan duration) => await desk.RunAsync(
        () =>
        {
            time.Advance(duration);
            return 0;
        },
        CancellationToken.None);

    private async Task<double> AverageAsync()
    {
        var held = await HoldAsync();
        var one = Instant();
        var average = desk.ExpectedWait.TotalSeconds;
        gate.Release();
        await Task.WhenAll(held, one);
        return average;
    }
}
