namespace StrokeCare.Changes;

/// <summary>
/// A clinical store seen by the relay: the changes that are durable with their entities and not yet in the log.
/// Ships as the SQL outbox and as MongoDB's <c>pending</c> arrays.
/// </summary>
public interface IChangeSource
{
    /// <summary>The store that keeps them, by its name in health answers.</summary>
    string Store { get; }

    /// <summary>Up to about <paramref name="max"/> pending changes, oldest first; of one entity always in version order and without a gap.</summary>
    Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct);

    /// <summary>Forgets changes that are in the log. Safe to repeat, from any number of processes, with ids already gone.</summary>
    Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct);

    Task<PendingState> PendingStateAsync(CancellationToken ct);

    /// <summary>Every entity with its current version, for comparison with the log. Order is not promised.</summary>
    IAsyncEnumerable<EntityVersion> VersionsAsync(CancellationToken ct);
}

/// <summary>How many changes wait for the log (counted up to a cap of 10,000) and since when the oldest does.</summary>
public sealed record PendingState(long Count, DateTimeOffset? OldestSince);

public readonly record struct EntityVersion(EntityType Type, string Id, long Version);
