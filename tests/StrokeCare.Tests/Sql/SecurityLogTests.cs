using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Sql;

public sealed class SecurityLogTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_stores_that_append_at_once_make_one_chain_without_a_gap(string engine)
    {
        await using var one = await SqlTestStore.NewAsync(engine);
        await using var other = await one.AnotherAsync();
        // Every fifth change is sent through both: it must arrive once.
        var changes = Enumerable.Range(0, 400).Select(i => SqlTestStore.AnEvent($"Event {i}")).ToArray();
        var sends = changes.SelectMany((change, i) => i % 5 == 0 ? new[] { (one, change), (other, change) } : [(i % 2 == 0 ? one : other, change)]);

        await Task.WhenAll(sends.Select(send => Task.Run(() => send.Item1.Store.Log.AppendAsync([send.change], default))));

        var rows = await other.Store.Log.ReadAfterAsync(0, 1000, default);
        Assert.Equal(changes.Select(c => c.ChangeId).Order(), rows.Select(r => r.ChangeId).Order());
        var head = LogHead.Empty;
        foreach (var row in rows)
        {
            Assert.Equal((head.Seq + 1, head.Hash), (row.Seq, row.PrevHash));
            Assert.Equal(HashChain.Of(row), row.Hash);
            head = new(row.Seq, row.Hash);
        }

        Assert.Equal(head, await one.Store.Log.HeadAsync(default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_change_that_is_there_is_dropped_also_within_one_append(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (a, b) = (SqlTestStore.AnEvent("a"), SqlTestStore.AnEvent("b"));

        await test.Store.Log.AppendAsync([a, b, a], default);
        await test.Store.Log.AppendAsync([b, a], default);
        await test.Store.Log.AppendAsync([], default);

        Assert.Equal(["a", "b"], (await test.Store.Log.ReadAfterAsync(0, 10, default)).Select(r => r.EventDescription));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_row_reads_back_with_the_bytes_that_were_hashed(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var change = SqlTestStore.AnEvent("Ünïcode 😀 \"quoted\"\n") with { TargetUserId = new(3), TargetUsername = "x", EntityType = EntityType.User, EntityId = "3", EntityVersion = 4 };

        await test.Store.Log.AppendAsync([change], default);

        var row = Assert.Single(await test.Store.Log.ReadAfterAsync(0, 10, default));
        Assert.Equal(LogRow.After(LogHead.Empty, change), row);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_filter_answers_what_matches_newest_first(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var at = SqlTestStore.AnEvent().At;
        var changes = Enumerable.Range(1, 30).Select(i => SqlTestStore.AnEvent() with
        {
            At = at.AddMinutes(i),
            Action = i % 3 == 0 ? AuditAction.Login : AuditAction.PatientViewed,
            Severity = i % 5 == 0 ? AuditSeverity.High : AuditSeverity.Info,
            Status = i % 7 == 0 ? AuditStatus.Failure : AuditStatus.Success,
            ActorId = new(i % 2 + 1),
            EntityType = EntityType.Patient,
            EntityId = $"p{i % 4}",
        }).ToArray();
        await test.Store.Log.AppendAsync(changes, default);

        await Expect(new(), _ => true);
        await Expect(new() { EventType = "login" }, i => i % 3 == 0);
        await Expect(new() { UserId = 2, Severity = "high" }, i => i % 2 == 1 && i % 5 == 0);
        await Expect(new() { Status = "failure" }, i => i % 7 == 0);
        await Expect(new() { From = at.AddMinutes(5), To = at.AddMinutes(9) }, i => i is >= 5 and < 9);
        await Expect(new() { EntityType = EntityType.Patient, EntityId = "p1", BeforeSeq = 20 }, i => i % 4 == 1 && i < 20);
        await Expect(new() { EventType = "login", Skip = 2, Limit = 3 }, i => i is 24 or 21 or 18);

        async Task Expect(LogFilter filter, Func<int, bool> match) => Assert.Equal(
            Enumerable.Range(1, 30).Where(match).OrderDescending().Select(i => (long)i),
            (await test.Store.Log.FindAsync(filter, default)).Select(r => r.Seq));
    }

    [Fact]
    public async Task Another_process_hears_of_an_append_on_postgresql()
    {
        await using var one = await SqlTestStore.NewAsync("postgresql");
        await using var other = await one.AnotherAsync();
        // The first raise says that the listener is connected.
        await other.Store.Log.Appended.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, default);

        var started = TimeProvider.System.GetTimestamp();
        var heard = other.Store.Log.Appended.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, default);
        await one.Store.Log.AppendAsync([SqlTestStore.AnEvent()], default);
        await heard;

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }
}
