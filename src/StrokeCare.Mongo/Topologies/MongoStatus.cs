namespace StrokeCare.Mongo.Topologies;

/// <summary>A collection of ours, as it is found.</summary>
public sealed record CollectionStatus
{
    public required string Name { get; init; }

    /// <summary>About: as the server counts them for itself.</summary>
    public required long Documents { get; init; }

    /// <summary>Its shard key as JSON; null when it is not sharded, or nobody may know.</summary>
    public string? ShardedBy { get; init; }

    /// <summary>How many chunks of it each shard has.</summary>
    public IReadOnlyDictionary<string, long> Chunks { get; init; } = new Dictionary<string, long>();

    public required IReadOnlyList<IndexReport> Indexes { get; init; }

    /// <summary>Changes that wait for the log, and since when the oldest does.</summary>
    public long Pending { get; init; }

    public DateTimeOffset? OldestPending { get; init; }
}

/// <summary>What an operator asks first about the MongoDB behind the portal.</summary>
public sealed record MongoStatus
{
    public required string Database { get; init; }

    public required MongoTopology Topology { get; init; }

    /// <summary>Of each of our writes, whatever the server's default.</summary>
    public required string WriteConcern { get; init; }

    /// <summary>The deployment that it belongs to; null when the portal has not used it yet.</summary>
    public string? DeploymentId { get; init; }

    public required IReadOnlyList<CollectionStatus> Collections { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Why a portal would not start with it.</summary>
    public required IReadOnlyList<string> Refusals { get; init; }

    /// <summary>A portal starts with it and finds all its indexes.</summary>
    public bool Ok => Refusals.Count == 0 && Collections.SelectMany(one => one.Indexes).All(index => index.State is IndexState.Present or IndexState.Foreign);
}
