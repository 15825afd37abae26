using Microsoft.Data.Sqlite;

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
    private readonly AutoResetEvent committed = new(false);
    private readonly ManualResetEvent ending = new(false);
    private readonly Thread thread;

    /// <param name="open">Opens a connection of its own to the database.</param>
    public WalCheckpoints(Func<SqliteConnection> open)
    {
        this.open = open;
        thread = new(Run) { IsBackground = true, Name = "checkpoints" };
        thread.Start();
    }

    /// <summary>To be told of each COMMIT.</summary>
    public void Committed() => committed.Set();

    /// <summary>Ends the checkpoint under way, if there is one.</summary>
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
        while (WaitHandle.WaitAny(either) != 0)
        {
            try
            {
                connection ??= open();
                // NOOP only counts. PASSIVE waits for nobody, and nobody for it.
                if (Pages(connection, "PRAGMA wal_checkpoint(NOOP)") >= Worthwhile) Pages(connection, "PRAGMA wal_checkpoint(PASSIVE)");
            }
            catch (SqliteException)
            {
                // A full disk, say: what was committed is in the WAL and stays there. The next COMMIT brings another look, and SQLite's own checkpoint is behind this one.
            }

            ending.WaitOne(BetweenLooks);
        }

        connection?.Dispose();
    }

    /// <summary>How many pages are in the WAL alone when it is done.</summary>
    private static int Pages(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt32(1) - row.GetInt32(2) : 0;
    }
}
