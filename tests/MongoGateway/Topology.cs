namespace MongoGateway;

/// <summary>What the gateway calls itself: it shapes hello, which admin commands exist, and whether writes may carry a transaction number.</summary>
internal enum Topology
{
    /// <summary>A mongod that is no member of a replica set: no retryable writes, no transactions.</summary>
    Standalone,

    /// <summary>The primary and only member of a replica set.</summary>
    ReplicaSet,

    /// <summary>A mongos. The default: of the identities that a driver grants sessions, retryable writes and transactions to, it is the one that needs no member list.</summary>
    Sharded,
}
