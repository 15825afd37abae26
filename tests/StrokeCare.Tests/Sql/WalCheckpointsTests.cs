using System.Diagnostics;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

/// <summary>What SQLite's WAL holds comes into the database file beside the writer, long before a COMMIT would bring it there.</summary>
public sealed class WalCheckpointsTests
{
    private static readonly Statement Make = new("CREATE TABLE filler (bytes BLOB)");
    private static readonly Statement Fill = new("INSERT INTO filler (bytes) VALUES (randomblob(1000000))");
    private static readonly Statement Count = new("PRAGMA wal_checkpoint(NOOP)");

    [Fact]
    public async Task The_file_follows_the_log_while_it_is_written_and_when_it_is_not()
    {
        await using var test = await SqlTestStore.NewAsync("sqlite");
        await test.Store.Writer.RunAsync(session => session.Execute(Make), default);
        var most = 0L;
        for (var i = 0; i < 40; i++)
        {
            // 245 pages.
            await test.Store.Writer.RunAsync(session => session.Execute(Fill), default);
            most = Math.Max(most, (await WalAsync(test)).Length);
        }

        Assert.InRange(most, WalCheckpoints.Worthwhile, 15_999);
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
