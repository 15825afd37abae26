using System.Diagnostics;
using Microsoft.Extensions.Logging;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

/// <summary>What SQLite's WAL holds comes into the database file beside the writer, long before a COMMIT would bring it there.</summary>
public sealed class WalCheckpointsTests
{
    private static readonly Statement Make = new("CREATE TABLE filler (bytes BLOB)");
    private static readonly Statement Fill = new("INSERT INTO filler (bytes) VALUES (randomblob(1000000))");
    private static readonly Statement Automatic = new("PRAGMA wal_autocheckpoint");
    private static readonly Statement Count = new("PRAGMA wal_checkpoint(NOOP)");

    [Fact]
    public async Task The_file_follows_the_log_without_a_commit_that_brings_it_over()
    {
        await using var test = await SqlTestStore.NewAsync("sqlite");
        var own = await test.Store.Writer.RunAsync(session => session.Query(Automatic, row => row.GetInt64(0)), default);
        await test.Store.Writer.RunAsync(session => session.Execute(Make), default);
        for (var i = 0; i < 40; i++) await test.Store.Writer.RunAsync(session => session.Execute(Fill), default);

        // 245 pages each: SQLite itself sees to it later.
        Assert.Equal([16_000], own);
        var since = Stopwatch.StartNew();
        while (await WalAsync(test) is var (length, done) && length - done >= WalCheckpoints.Worthwhile)
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(20), $"{length} pages, {done} of them in the file");
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Closing_leaves_nothing_in_the_log()
    {
        await using var test = await SqlTestStore.NewAsync("sqlite");
        await using (var another = await test.AnotherAsync())
        {
            await another.Store.Writer.RunAsync(session => session.Execute(Make), default);
            for (var i = 0; i < 20; i++) await another.Store.Writer.RunAsync(session => session.Execute(Fill), default);
        }

        Assert.Equal(0, new FileInfo(test.File + "-wal").Length);
    }

    [Fact]
    public async Task A_failure_is_told_once_and_ends_them_and_nothing_else()
    {
        var (said, tries) = (new Said(), 0);
        using (var checkpoints = new WalCheckpoints(() => throw new IOException($"The disk is gone, {++tries}."), said))
        {
            for (var i = 0; i < 100 && !said.Levels.Any(); i++)
            {
                checkpoints.Committed();
                await Task.Delay(50);
            }

            checkpoints.Committed();
        }

        Assert.Equal([LogLevel.Error], said.Levels);
        Assert.Equal(1, tries);
    }

    // By another connection than those of the writer and its checkpoints.
    private static async Task<(long Length, long Done)> WalAsync(SqlTestStore test)
    {
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={test.File};Pooling=False");
        await other.OpenAsync();
        await using var count = other.CreateCommand();
        count.CommandText = Count.Sql;
        await using var row = await count.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(1), row.GetInt64(2));
    }
}
