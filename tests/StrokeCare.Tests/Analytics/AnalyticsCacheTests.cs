using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Analytics;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Analytics;

public sealed class AnalyticsCacheTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Eight write and eight read, all at once: whoever asks after a write was answered is told of it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Never_tells_of_less_than_was_acknowledged_before_the_question(int seed)
    {
        await using var test = await SqlTestStore.NewAsync("sqlite");
        using var tail = new LogTail(test.Store.Log, TimeProvider.System);
        using var cache = new AnalyticsCache(test.Changed, tail, test.Store.Log, TimeProvider.System, NullLogger<AnalyticsCache>.Instance);
        var (acknowledged, hits, asked) = (0L, 0L, 0L);
        using var done = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var before = Interlocked.Read(ref acknowledged);
                var counted = false;
                var total = await cache.GetAsync("patients", null, Lifetime, async ct => { counted = true; return (await test.Store.Analytics.RiskGroupsAsync(null, ct)).Sum(g => g.Count); }, CancellationToken.None);
                Assert.True(total >= before, $"{before} were acknowledged and {total} told of");
                Interlocked.Increment(ref asked);
                if (!counted) Interlocked.Increment(ref hits);
                // What is found in the cache is answered without a wait: eight of these kept all threads of the pool from those who write.
                await Task.Yield();
            }
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + writer);
            for (var i = 0; i < 40; i++)
            {
                var patient = APatient();
                await test.Store.Patients.AddAsync(patient, patient.AsChange(AuditAction.PatientCreated), CancellationToken.None);
                Interlocked.Increment(ref acknowledged);
                await Task.Delay(random.Next(3));
            }
        })));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        var counts = 0;
        for (var i = 0; i < 2; i++) Assert.Equal(320, await cache.GetAsync("patients", null, Lifetime, async ct => { counts++; return (await test.Store.Analytics.RiskGroupsAsync(null, ct)).Sum(g => g.Count); }, CancellationToken.None));
        Assert.InRange(counts, 0, 1);
        Assert.InRange(hits, 1, asked - 1);
    }

    [Theory]
    [MemberData(nameof(SqlTestStore.Engines), MemberType = typeof(SqlTestStore))]
    public async Task Hears_of_a_write_of_another_process_once_it_is_in_the_log(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var other = await test.AnotherAsync();
        using var tail = new LogTail(test.Store.Log, TimeProvider.System);
        using var cache = new AnalyticsCache(test.Changed, tail, test.Store.Log, TimeProvider.System, NullLogger<AnalyticsCache>.Instance);
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(tail.RunAsync(stop.Token), cache.RunAsync(stop.Token));
        Task<long> CountAsync() => cache.GetAsync("patients", null, Lifetime, async ct => (await test.Store.Analytics.RiskGroupsAsync(null, ct)).Sum(g => g.Count), CancellationToken.None);
        Assert.Equal(0, await CountAsync());

        var patient = APatient();
        var change = patient.AsChange(AuditAction.PatientCreated);
        await other.Store.Patients.AddAsync(patient, change, CancellationToken.None);
        await other.Store.Log.AppendAsync([change], CancellationToken.None);

        // A second is promised; a loaded machine gets ten.
        var began = TimeProvider.System.GetTimestamp();
        while (await CountAsync() == 0 && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10)) await Task.Delay(20);
        Assert.Equal(1, await CountAsync());
        await stop.CancelAsync();
        await running;
    }
}
