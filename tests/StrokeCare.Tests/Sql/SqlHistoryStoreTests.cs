using StrokeCare.History;
using StrokeCare.Sql;
using StrokeCare.Tests.History;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.Sql;

public sealed class SqliteHistoryStoreTests(SqliteStoreFixture fixture) : HistoryStoreContract<SqliteStoreFixture>(fixture);

public sealed class SqliteHistoryChangesTests(SqliteStoreFixture fixture) : HistoryChangesContract<SqliteStoreFixture>(fixture);

public sealed class SqliteHistorySearchTests(SqliteStoreFixture fixture) : HistorySearchContract<SqliteStoreFixture>(fixture);

public sealed class PostgreSqlHistorySearchTests(PostgreSqlStoreFixture fixture) : HistorySearchContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlHistoryStoreTests(PostgreSqlStoreFixture fixture) : HistoryStoreContract<PostgreSqlStoreFixture>(fixture);

public sealed class PostgreSqlHistoryChangesTests(PostgreSqlStoreFixture fixture) : HistoryChangesContract<PostgreSqlStoreFixture>(fixture);

#if FAILPOINTS
public sealed class SqlHistoryFailpointTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_at_any_failpoint_of_history_loses_and_doubles_nothing(string engine)
    {
        foreach (var name in SqlFailpoints.OfHistory)
        {
            var outage = new OneOutage();
            await using var test = await SqlTestStore.NewAsync(engine);
            outage.Arm(name);
            var entry = AnEntry();
            var next = entry.Corrected("Other");
            await OneOutage.TwiceAsync(() => test.Store.History.AddAsync(entry, entry.AsChange(), default));
            await OneOutage.TwiceAsync(() => test.Store.History.AmendAsync(next, next.AsChange(), default));
            await test.Relay().DrainAsync(default);

            Assert.False(outage.IsArmed, $"{name} was never passed");
            Assert.Equal(next.AsText(), (await test.Store.History.FindAsync(entry.PatientId, entry.Id, default))!.AsText());
            Assert.Equal([1L, 2L], (await test.Store.Log.ReadAfterAsync(0, 10, default)).Select(row => row.EntityVersion!.Value));
        }
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_at_its_commit_is_answered_as_done()
    {
        var outage = new OneOutage();
        await using var test = await SqlTestStore.NewAsync("postgresql");
        var entry = AnEntry();
        var next = entry.EnteredInError();
        outage.Arm(SqlFailpoints.WriterAfterCommit);
        Assert.Equal(AddHistoryOutcome.Added, await test.Store.History.AddAsync(entry, entry.AsChange(), default));
        Assert.False(outage.IsArmed);
        outage.Arm(SqlFailpoints.WriterAfterCommit);
        Assert.Equal(AmendHistoryOutcome.Amended, await test.Store.History.AmendAsync(next, next.AsChange(), default));
        Assert.False(outage.IsArmed);
    }
}
#endif
