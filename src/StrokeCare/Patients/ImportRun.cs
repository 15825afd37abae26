namespace StrokeCare.Patients;

public enum ImportState
{
    Running,

    /// <summary>Asked to stop; the batch under way is ended first.</summary>
    Cancelling,
    Done,
    Cancelled,

    /// <summary>The portal was stopped meanwhile.</summary>
    Interrupted,

    /// <summary>Whoever began it is no active admin any more.</summary>
    Refused,

    /// <summary>A store was away, or the portal failed.</summary>
    Broken,
}

/// <summary>An import that goes on beside the requests, as it stands at one moment; at last, its report. It holds nothing of the file but line numbers.</summary>
public sealed record ImportRun
{
    public required string Id { get; init; }

    public required string StartedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>In the file, without its header.</summary>
    public required int Rows { get; init; }

    public ImportProgress Progress { get; init; } = new();

    public ImportState State { get; init; }

    public bool IsUnderWay => EndedAt is null;

    /// <summary>Of the file; 100 only when all of it was read.</summary>
    public int Percent => Rows == 0 ? 100 : (int)(100L * Progress.Rows / Rows);
}
