using System.Diagnostics;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// What the writing threads know together about a store that went away: one of them tries again each second, and all
/// other jobs are refused at once instead of waiting in turn for what nobody can do.
/// </summary>
internal sealed class Outage(Dialect dialect)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private StoreUnavailableException? reason;
    private long triedAt;

    public StoreUnavailableException Reason
    {
        get
        {
            lock (gate) return reason ?? new(dialect.EngineName, "the store does not answer");
        }
    }

    /// <summary>The store went away and has not been met since.</summary>
    public bool IsOn => Volatile.Read(ref reason) is not null;

    public bool MayTry()
    {
        if (Volatile.Read(ref reason) is null) return true;
        lock (gate)
        {
            if (reason is not null && Stopwatch.GetElapsedTime(triedAt) < Pause) return false;
            triedAt = Stopwatch.GetTimestamp();
            return true;
        }
    }

    /// <summary>Answers what the jobs that met it are told. A full disk or a lock kept by another process ends by itself: only an engine that is tried again by reconnecting counts as away.</summary>
    public StoreUnavailableException Met(Exception failure)
    {
        var told = new StoreUnavailableException(dialect.EngineName, "the write could not be completed", failure);
        if (!dialect.Writer.RetriesAfterOutage) return told;
        lock (gate) (reason, triedAt) = (told, Stopwatch.GetTimestamp());
        return told;
    }

    public void Over()
    {
        if (Volatile.Read(ref reason) is null) return;
        lock (gate) reason = null;
    }
}
