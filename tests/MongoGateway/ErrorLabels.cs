using MongoDB.Bson;

namespace MongoGateway;

/// <summary>The labels by which a server tells a driver what it may repeat. UnknownTransactionCommitResult is the driver's own to add.</summary>
internal static class ErrorLabels
{
    public const string RetryableWrite = "RetryableWriteError";
    public const string TransientTransaction = "TransientTransactionError";

    // Host and network trouble, stepping down, shutdown: the "retryable writes" list of MongoDB's error_codes.yml.
    private static readonly HashSet<int> Retryable = [6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

    // LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction, PreparedTransactionInProgress.
    private static readonly HashSet<int> Transient = [24, EngineErrors.WriteConflict, 246, EngineErrors.NoSuchTransaction, 267];

    public static BsonArray Of(int code, Request request)
    {
        if (!request.InTransaction)
            return request.IsRetryableWrite && Retryable.Contains(code) ? [RetryableWrite] : [];
        // The end of a transaction is retried by itself, everything before it by beginning the transaction anew.
        if (request.Name is "commitTransaction" or "abortTransaction")
            return Retryable.Contains(code) ? [RetryableWrite] : code == EngineErrors.NoSuchTransaction ? [TransientTransaction] : [];
        return Transient.Contains(code) || Retryable.Contains(code) ? [TransientTransaction] : [];
    }
}
