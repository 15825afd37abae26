using StrokeCare.Changes;

namespace StrokeCare.Audit;

/// <summary>One row of the security log, column by column: what <c>hash</c> vouches for.</summary>
public sealed record LogRow
{
    /// <summary>1, 2, 3 … without a gap.</summary>
    public required long Seq { get; init; }

    public required string ChangeId { get; init; }

    public required string EventType { get; init; }

    public required string EventDescription { get; init; }

    public int? UserId { get; init; }

    public string? Username { get; init; }

    public string? UserRole { get; init; }

    public int? TargetUserId { get; init; }

    public string? TargetUsername { get; init; }

    public string? IpAddress { get; init; }

    public string? UserAgent { get; init; }

    public required string Status { get; init; }

    public required string Severity { get; init; }

    public string? AdditionalData { get; init; }

    /// <summary>When it happened, UTC, whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public string? EntityType { get; init; }

    public string? EntityId { get; init; }

    public long? EntityVersion { get; init; }

    /// <summary>The canonical form that was hashed; 1 is the only one yet.</summary>
    public int Form { get; init; } = 1;

    /// <summary>64 hex digits: the hash of the row before, or zeros for the first.</summary>
    public required string PrevHash { get; init; }

    /// <summary>64 hex digits of SHA-256(prev_hash ‖ canonical form).</summary>
    public required string Hash { get; init; }

    /// <summary>The row that follows <paramref name="head"/> for this change, numbered and hashed.</summary>
    public static LogRow After(LogHead head, Change change)
    {
        var row = new LogRow
        {
            Seq = head.Seq + 1,
            ChangeId = change.ChangeId,
            EventType = change.Action.Wire(),
            EventDescription = change.Description,
            UserId = change.ActorId is { Value: > 0 } actor ? actor.Value : null,
            Username = change.ActorName,
            UserRole = change.ActorRole?.Wire(),
            TargetUserId = change.TargetUserId?.Value,
            TargetUsername = change.TargetUsername,
            IpAddress = change.IpAddress,
            UserAgent = change.UserAgent,
            Status = change.Status.Wire(),
            Severity = change.Severity.Wire(),
            AdditionalData = change.AdditionalData,
            CreatedAt = change.At,
            EntityType = change.EntityType?.Wire(),
            EntityId = change.EntityId,
            EntityVersion = change.EntityVersion,
            PrevHash = head.Hash,
            Hash = "",
        };
        return row with { Hash = HashChain.Of(row) };
    }
}

/// <summary>The last row's number and hash; <see cref="Empty"/> before the first.</summary>
public readonly record struct LogHead(long Seq, string Hash)
{
    public static LogHead Empty { get; } = new(0, new string('0', 64));
}
