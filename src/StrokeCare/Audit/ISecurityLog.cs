using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Audit;

/// <summary>
/// The append-only, hash-chained log. It always lives in the relational store; SQLite and PostgreSQL ship. The
/// interface keeps data access out of the clinic's operations.
/// </summary>
public interface ISecurityLog
{
    /// <summary>
    /// Appends the changes whose ids the log does not hold yet, in their order, under the head lock, and returns when
    /// they are durable. Safe to repeat.
    /// </summary>
    Task AppendAsync(IReadOnlyList<Change> changes, CancellationToken ct);

    Task<LogHead> HeadAsync(CancellationToken ct);

    /// <summary>Rows with seq greater than <paramref name="seq"/>, ascending, at most <paramref name="max"/>.</summary>
    Task<IReadOnlyList<LogRow>> ReadAfterAsync(long seq, int max, CancellationToken ct);

    /// <summary>Rows that match, newest first.</summary>
    Task<IReadOnlyList<LogRow>> FindAsync(LogFilter filter, CancellationToken ct);

    /// <summary>How many rows of each kind there are on each day from <paramref name="from"/> until before <paramref name="to"/>; counted inside an index.</summary>
    Task<IReadOnlyList<LogCell>> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    /// <summary>Raised in this process after each append, and by other processes' appends where the store can tell (NOTIFY).</summary>
    Signal Appended { get; }
}

/// <summary>Which rows: every condition given must hold. Served by index, newest first.</summary>
public sealed record LogFilter
{
    public string? EventType { get; init; }

    public int? UserId { get; init; }

    public string? Severity { get; init; }

    public string? Status { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    public EntityType? EntityType { get; init; }

    public string? EntityId { get; init; }

    /// <summary>Rows about this patient's record and about what belongs to it, such as an entry of the history.</summary>
    public PatientId? AboutPatient { get; init; }

    /// <summary>Only rows older than this seq: the keyset of the page before.</summary>
    public long? BeforeSeq { get; init; }

    /// <summary>Rows to pass over first, for the seed's page/per_page; 0 with keysets.</summary>
    public int Skip { get; init; }

    public int Limit { get; init; } = 50;
}

/// <summary>How many rows of one day, UTC, have all of this in common.</summary>
public sealed record LogCell(DateOnly Day, string EventType, string Severity, string Status, long Count);
