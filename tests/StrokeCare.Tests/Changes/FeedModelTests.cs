using System.Globalization;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Changes;

/// <summary>Append, relay and tail against a plain list: gapless, exactly once, each entity's versions in order, whatever is repeated or dies.</summary>
public sealed class FeedModelTests(ITestOutputHelper output)
{
    // Few ids, so that batches repeat their own and each other's.
    private static readonly Gen<List<string>> Batches = Gen.Int[0, 11].Select(i => $"a{i}").List[1, 4];

    [Theory]
    [InlineData("sqlite", 1500)]
    [InlineData("postgresql", 100)]
    public async Task One_after_the_other_the_feed_does_what_the_list_does(string engine, long histories)
    {
        await using var store = await OpenAsync(engine);
        Gen.Const(0).Select(_ => (new FeedHistory(store.Log), new FeedModel())).SampleModelBased(
            Batches.Operation<FeedHistory, FeedModel>((h, ids) => h.Append(ids), (m, ids) => m.Append(ids)),
            Gen.Int[0, 3].Operation<FeedHistory, FeedModel>((h, entity) => h.Write(entity), (m, entity) => m.Write(entity)),
            Gen.Bool.Operation<FeedHistory, FeedModel>((h, crashes) => h.Relay(crashes), (m, crashes) => m.Relay(crashes)),
            Gen.Int[0, 12].Operation<FeedHistory, FeedModel>((h, from) => h.Tail(from), (m, from) => m.Tail(from)),
            equal: (h, m) => h.Log.SequenceEqual(m.Log) && h.Pending.SequenceEqual(m.Pending) && h.LastTail.SequenceEqual(m.LastTail),
            iter: histories,
            threads: 1);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {histories} sequential histories"));
        await AssertChainedAsync(store);
    }

    // An append is one step and has to fit some order. A relay is three (read, append, clear) and promises less: nothing
    // lost, nothing twice, each entity's versions in order, which reading the log checks.
    [Theory]
    [InlineData("sqlite", 600)]
    [InlineData("postgresql", 40)]
    public async Task At_the_same_time_the_feed_does_what_some_order_of_the_same_steps_does(string engine, long histories)
    {
        await using var store = await OpenAsync(engine);
        Gen.Const(0).Select(_ => new FeedHistory(store.Log)).SampleParallel(
            Batches.Operation<FeedHistory>((h, ids) => h.Append(ids)),
            Gen.Int[0, 3].Operation<FeedHistory>((h, entity) => h.Write(entity)),
            Gen.Bool.Operation<FeedHistory>((h, crashes) => h.Relay(crashes)),
            equal: (h, other) => h.Appended.SequenceEqual(other.Appended) && h.Written.SequenceEqual(other.Written),
            iter: histories,
            maxSequentialOperations: 4,
            maxParallelOperations: 3,
            threads: 1);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {histories} parallel histories"));
        await AssertChainedAsync(store);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Each_follower_from_wherever_it_starts_sees_every_row_once_and_in_order_while_writers_write(string engine)
    {
        const int Writers = 4;
        const int Appends = 40;
        await using var store = await OpenAsync(engine);
        using var tail = new LogTail(store.Log, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = tail.RunAsync(stop.Token);
        var random = new Random(7);
        var followers = Enumerable.Range(0, 6).Select(_ => FollowAsync(random.Next(0, 60))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Appends; i++) await store.Log.AppendAsync([Sql.SqlTestStore.AnEvent(), Sql.SqlTestStore.AnEvent()], default);
        })));
        foreach (var follower in followers)
        {
            var (start, seen) = await follower.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(Enumerable.Range((int)start + 1, (Writers * Appends * 2) - (int)start).Select(i => (long)i), seen);
        }

        await stop.CancelAsync();
        await running;

        async Task<(long Start, List<long> Seen)> FollowAsync(long start)
        {
            var seen = new List<long>();
            await foreach (var row in tail.FollowAsync(start, default))
            {
                seen.Add(row.Seq);
                if (row.Seq == Writers * Appends * 2) break;
            }

            return (start, seen);
        }
    }

    private static async Task AssertChainedAsync(RelationalStore store)
    {
        var head = LogHead.Empty;
        while (await store.Log.ReadAfterAsync(head.Seq, 1000, default) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                Assert.Equal((head.Seq + 1, head.Hash, HashChain.Of(row)), (row.Seq, row.PrevHash, row.Hash));
                head = new(row.Seq, row.Hash);
            }
        }

        Assert.Equal(head, await store.Log.HeadAsync(default));
    }

    private static async Task<OwnedStore> OpenAsync(string engine)
    {
        var owned = new OwnedStore(engine == "sqlite" ? null : new PostgresTestDatabase());
        await owned.OpenAsync();
        return owned;
    }

    /// <summary>SQLite in memory where the machine has such a folder: thousands of histories are about order, not about disks.</summary>
    private sealed class OwnedStore(PostgresTestDatabase? database) : IAsyncDisposable
    {
        private readonly string folder = Directory.CreateDirectory(Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"strokecare-{Change.NewId()[..8]}")).FullName;

        private readonly ChangeSignal changed = new();
        private RelationalStore? store;

        public ISecurityLog Log => store!.Log;

        public static implicit operator RelationalStore(OwnedStore owned) => owned.store!;

        public async Task OpenAsync()
        {
            var url = database is null ? $"sqlite:///{folder}/feed.db" : await database.UrlAsync();
            store = await RelationalStore.OpenAsync(url, changed, TimeProvider.System, NullLoggerFactory.Instance, default);
            await store.MigrateAsync(null, default);
        }

        public async ValueTask DisposeAsync()
        {
            if (store is not null) await store.DisposeAsync();
            changed.Dispose();
            if (database is not null) await database.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
