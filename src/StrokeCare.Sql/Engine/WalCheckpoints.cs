using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// Brings what COMMITs have put into SQLite's WAL into the database file, beside the writer, which goes on meanwhile. Inside
/// a COMMIT, as SQLite does it by itself, a checkpoint holds up all who wait for that COMMIT, and who come after it.
/// </summary>
internal sealed class WalCheckpoints : IDisposable
{
    /// <summary>Pages of 4 KB that are in the WAL alone: 16 MB.</summary>
    public const int Worthwhile = 4_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly Func<SqliteConnection> open;
    private readonly ILogger logger;
    private readonly AutoResetEvent committed = new(false);
    private readonly ManualResetEvent ending = new(false);
    private readonly Thread thread;

    /// <param name="open">Opens a connection of its own to the database, which syncs what it writes.</param>
    /// <param name="logger">Hears of the failure that ends them.</param>
    public WalCheckpoints(Func<SqliteConnection> open, ILogger logger)
    {
        (this.open, this.logger) = (open, logger);
        thread = new(Run) { IsBackground = true, Name = "checkpoints" };
        thread.Start();
    }

    /// <summary>To be told of each COMMIT.</summary>
    public void Committed() => committed.Set();

    /// <summary>Waits for the checkpoint under way, if there is one.</summary>
    public void Dispose()
    {
        ending.Set();
        thread.Join();
        committed.Dispose();
        ending.Dispose();
    }

    private void Run()
    {
        WaitHandle[] either = [ending, committed];
        SqliteConnection? connection = null;
        try
        {
            while (WaitHandle.WaitAny(either) != 0)
            {
                connection ??= open();
                Look(connection);
                ending.WaitOne(BetweenLooks);
            }
        }
        catch (Exception failed) when (failed is SqliteException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It may be the disk: who goes on after a failed sync may take what is lost for written. All is in the WAL still.
            Log.Ended(logger, failed);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static void Look(SqliteConnection connection)
    {
        try
        {
            // NOOP only counts. For PASSIVE nobody waits, and it for nobody, but for the disk.
            if (Pages(connection, "PRAGMA wal_checkpoint(NOOP)") >= Worthwhile) Pages(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException later) when (later.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            // What was committed stays in the WAL; the next COMMIT brings another look. That the disk is full the writer hears as well.
        }
    }

    /// <summary>How many pages are in the WAL alone when it is done.</summary>
    private static int Pages(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt32(1) - row.GetInt32(2) : 0;
    }

    private static class Log
    {
        private static readonly Action<ILogger, Exception?> EndedMessage = LoggerMessage.Define(
            LogLevel.Error, new EventId(1, "Ended"), "A checkpoint of the sqlite database failed: until the next start COMMITs make them, and are slower. Look after the disk");

        public static void Ended(ILogger logger, Exception failed) => EndedMessage(logger, failed);
    }
}
