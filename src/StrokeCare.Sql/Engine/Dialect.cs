using System.Data.Common;
using System.Globalization;
using DbUp.Builder;

namespace StrokeCare.Sql.Engine;

/// <summary>What an exception from the driver means for the job that met it.</summary>
internal enum Fault
{
    /// <summary>This job did something wrong; the others go on.</summary>
    Job,

    /// <summary>Jobs got in each other's way (deadlock, lost race for a unique value): run it once more, alone.</summary>
    Collision,

    /// <summary>The engine is gone, full or broken; nothing more can be said on this connection.</summary>
    Outage,
}

/// <summary>How many threads write and how many jobs may share one COMMIT.</summary>
internal sealed record WriterShape(int Threads, int JobsPerCommit)
{
    /// <summary>An append to the log holds up nobody else: there is one writer anyway.</summary>
    public required bool AppendsShare { get; init; }

    /// <summary>A record and its change are one statement, which is durable by itself: no BEGIN, and no round trip for its COMMIT.</summary>
    public required bool OneWriteIsATransaction { get; init; }

    /// <summary>So many writes of one statement go past the queue, each on a connection of its own; 0 where there is one writer.</summary>
    public required int Direct { get; init; }

    /// <summary>The engine can be gone and come back: a new connection is tried before a job fails.</summary>
    public required bool RetriesAfterOutage { get; init; }
}

/// <summary>Every difference between the two engines. Features never ask which one they are on.</summary>
internal abstract class Dialect : IAsyncDisposable
{
    /// <summary>Milliseconds a connection waits for another process's write lock.</summary>
    protected const int BusyMilliseconds = 5000;

    /// <summary>sqlite or postgresql.</summary>
    public abstract string EngineName { get; }

    /// <summary>The folder of its scripts.</summary>
    public abstract string ScriptFolder { get; }

    public abstract WriterShape Writer { get; }

    public abstract int Readers { get; }

    public abstract DbSession OpenWriter();

    public abstract Task<DbSession> OpenReaderAsync(CancellationToken ct);

    /// <summary>A connection for <see cref="WriterShape.Direct"/> writes.</summary>
    public virtual Task<DbSession> OpenDirectAsync() => throw new NotSupportedException($"{EngineName} has one writer.");

    public abstract DbParameter Parameter(SqlType type, int ordinal);

    public abstract object Encode(SqlType type, object? value);

    /// <summary>Reads a column of <see cref="SqlType.Time"/>.</summary>
    public abstract DateTimeOffset Time(DbDataReader row, int ordinal);

    /// <summary>A condition: the column is one of the values of a <see cref="SqlType.Texts"/> or <see cref="SqlType.Ints"/> parameter.</summary>
    public abstract string AnyOf(string column, string parameter);

    /// <summary>A condition: the column is one of the few values that <paramref name="query"/> finds; each is looked up by index.</summary>
    public abstract string OneOf(string column, string query);

    /// <summary>A table to read by this index, for an engine that would rather walk the table itself because that is in the order asked for.</summary>
    public abstract string By(string table, string index);

    /// <summary>
    /// A condition on the columns of an index: all but the last have the values of the first parameters, and the last, a
    /// number, is positive and below the next one. Ordered by these columns, descending, the rows come out of that index.
    /// </summary>
    public abstract string Below(string[] columns);

    /// <summary>
    /// Of a row of the log: the id of the patient whose record it is about, or to whose record it belongs. It is a key of
    /// an index of the log in these very words.
    /// </summary>
    public abstract string AboutPatient { get; }

    /// <summary>The day of a <see cref="SqlType.Time"/> column, in UTC, as the text 2026-01-31.</summary>
    public abstract string DayOf(string column);

    /// <summary>Does <paramref name="write"/> and, only if it changed a row, inserts the values that follow its own into <paramref name="target"/>.</summary>
    public abstract Statement Then(Statement write, string target, SqlType[] types);

    /// <summary>What makes a SELECT lock the rows it finds until the transaction ends; nothing where there is one writer anyway.</summary>
    public abstract string ForUpdate { get; }

    public abstract void Begin(DbSession session);

    public abstract void Commit(DbSession session);

    /// <summary>Leaves no transaction open; false when the connection cannot be used any more.</summary>
    public abstract bool Rollback(DbSession session);

    internal static string Numbers(int first, int count, string sign = "$") =>
        string.Join(", ", Enumerable.Range(first, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"{sign}{n}")));

    public abstract Fault FaultOf(Exception exception);

    /// <summary>The last thing done on a writer's connection before it closes for good.</summary>
    public abstract void Closing(DbSession session);

    /// <summary>Takes the one lock under which the log's head may be read and moved, until the transaction ends.</summary>
    public abstract void LockLog(DbSession session);

    /// <summary>
    /// Waits until nobody else is writing records and keeps others from it until the transaction ends: what is then not
    /// there is not on its way either. For what is rare; all who register wait for it.
    /// </summary>
    public abstract void LockPatients(DbSession session);

    /// <summary>Tells other processes, at COMMIT, that the log has grown.</summary>
    public abstract void AnnounceAppend(DbSession session);

    /// <summary>Calls back whenever another process announced an append, until cancelled; returns at once where the engine cannot tell.</summary>
    public abstract Task ListenAsync(Action appended, CancellationToken ct);

    /// <summary>The triggers on the log and its head: name, table, and all that decides when each fires and what it does, as text.</summary>
    public abstract Statement Triggers { get; }

    /// <summary>False: there is not even a database to ask.</summary>
    public virtual bool DatabaseExists => true;

    /// <summary>Whether the table is there, by name.</summary>
    public abstract Statement TableExists { get; }

    /// <summary>Where DbUp is to run the scripts: the owner's database, locked against a second migration.</summary>
    public abstract Task<MigrationTarget> MigrationTargetAsync(RelationalUrl owner, CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    /// <summary>What the scripts' run ends with; given the name the portal signs in by.</summary>
    public abstract string? GrantsFor(RelationalUrl portal, RelationalUrl owner);
}

/// <summary>A database being migrated; disposing of it releases the lock.</summary>
internal sealed class MigrationTarget(UpgradeEngineBuilder builder, DbConnection? heldLock) : IAsyncDisposable
{
    public UpgradeEngineBuilder Builder { get; } = builder;

    public ValueTask DisposeAsync() => heldLock?.DisposeAsync() ?? ValueTask.CompletedTask;
}
