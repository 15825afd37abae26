using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Servers;

namespace StrokeCare.Mongo;

/// <summary>
/// One client and its breaker: after the first operation that finds no server, or waits in vain for one that nobody else
/// hears from either, all others fail at once until a probe, once a second, gets an answer.
/// </summary>
internal sealed class MongoConnection(MongoClientSettings settings, string databaseName, TimeProvider time, ILogger<MongoConnection> logger) : IAsyncDisposable
{
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    // One that answered somebody so lately is there, however long it takes over one thing.
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    private readonly MongoClient client = new(settings);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private volatile bool away;
    private long answeredAt = time.GetTimestamp();
    private Task probing = Task.CompletedTask;

    /// <summary>Read on the primary, whatever MONGO_URI prefers: what was acknowledged is seen by the next request.</summary>
    public IMongoDatabase Database => client.GetDatabase(databaseName).WithReadPreference(ReadPreference.Primary);

    /// <summary>What MONGO_URI prefers, for what may be a little old; the primary when it says nothing.</summary>
    public ReadPreference ForAnalytics { get; } = settings.ReadPreference ?? ReadPreference.Primary;

    /// <summary>A read, or anything else whose failure leaves nothing to look up.</summary>
    /// <exception cref="StoreUnavailableException">No server, or none that answers in time.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken ct)
    {
        try
        {
            return await TryAsync(read, ct);
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            throw Unavailable("does not answer", outage);
        }
    }

    /// <summary>A write: an outage comes out as the driver's exception, its outcome not known. While the breaker is open nothing is sent.</summary>
    /// <exception cref="StoreUnavailableException">Not sent: the breaker is open.</exception>
    public async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken ct)
    {
        if (away) throw Unavailable("is away", null);
        try
        {
            return await WithinTimeoutAsync(operation, ct);
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            OpenBreakerIfAway(outage);
            throw;
        }
    }

    /// <summary>Without our time limit: building an index takes as long as it takes.</summary>
    /// <exception cref="StoreUnavailableException">No server, or it went away.</exception>
    public async Task AdministerAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            OpenBreakerIfAway(outage);
            throw Unavailable("does not answer", outage);
        }
    }

    /// <summary>A write runs to its end or its time-out whatever its caller does: cut off in the middle nobody would know its outcome.</summary>
    public Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> write) => TryAsync(write, CancellationToken.None);

    public static StoreUnavailableException Unavailable(string reason, Exception? cause) => new(MongoStore.StoreName, reason, cause);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await probing;
        stopping.Dispose();
        client.Dispose();
    }

    private async Task<T> WithinTimeoutAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(MongoAddress.OperationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            var result = await operation(either.Token);
            Volatile.Write(ref answeredAt, time.GetTimestamp());
            return result;
        }
        catch (OperationCanceledException cancelled) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {MongoAddress.OperationTimeout.TotalSeconds} s.", cancelled);
        }
    }

    private void OpenBreakerIfAway(Exception outage)
    {
        if (client.Cluster.Description.Servers.Any(CanWrite) && !IsSilent(outage)) return;
        lock (gate)
        {
            if (away || stopping.IsCancellationRequested) return;
            away = true;
            probing = Task.Run(ProbeAsync);
        }

        Log.WentAway(logger, outage);
    }

    // The driver asks a server how it is every ten seconds; one that takes connections and answers nobody seems well until then.
    private bool IsSilent(Exception outage) => outage is TimeoutException && time.GetElapsedTime(Volatile.Read(ref answeredAt)) > Lately;

    private static bool CanWrite(ServerDescription server) =>
        server.State == ServerState.Connected && server.Type is
            ServerType.Standalone or ServerType.ReplicaSetPrimary or ServerType.ShardRouter or ServerType.LoadBalanced;

    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(ProbeInterval, time);
        try
        {
            while (!await AnswersAsync()) await timer.WaitForNextTickAsync(stopping.Token);
            away = false;
            Log.CameBack(logger, null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.ProbeEnded(logger, null);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await WithinTimeoutAsync(
                token => Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), ReadPreference.Primary, token), stopping.Token);
            return true;
        }
        catch (Exception no) when (no is MongoException or TimeoutException or IOException || MongoOutage.Is(no))
        {
            // Whatever the answer was, it was not yes: a probe that gave up here would keep the breaker open for ever.
            return false;
        }
    }

    private static class Log
    {
        public static readonly Action<ILogger, Exception?> WentAway =
            LoggerMessage.Define(LogLevel.Error, new EventId(1, "MongoWentAway"), "MongoDB does not answer: what it keeps answers 503 until it does");

        public static readonly Action<ILogger, Exception?> CameBack =
            LoggerMessage.Define(LogLevel.Information, new EventId(2, "MongoCameBack"), "MongoDB answers again");

        public static readonly Action<ILogger, Exception?> ProbeEnded =
            LoggerMessage.Define(LogLevel.Debug, new EventId(3, "MongoProbeEnded"), "Stopped while MongoDB was away");
    }
}

/// <summary>Tells an outage, after which a write's outcome is unknown, from a refusal, after which nothing was written.</summary>
internal static class MongoOutage
{
    // Host and network trouble, shutdown, stepping down, no primary, exceeded time limit, write conflict: the numbers of MongoDB's error_codes.yml.
    private static readonly HashSet<int> Codes = [6, 7, 50, 64, 89, 91, 112, 134, 189, 202, 262, 384, 9001, 10058, 10107, 11600, 11602, 13435, 13436];

    public static bool Is(Exception exception) => exception switch
    {
        TimeoutException or IOException => true,
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoExecutionTimeoutException or MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        MongoWriteConcernException => true,
        MongoCommandException command => Codes.Contains(command.Code),
        MongoWriteException write => write.WriteError is null || Codes.Contains(write.WriteError.Code),
        MongoBulkWriteException bulk => bulk.WriteErrors.Count == 0 || bulk.WriteErrors.Any(e => Codes.Contains(e.Code)),
        _ => false,
    };

    public static bool IsDuplicate(MongoWriteException exception) => exception.WriteError?.Category == ServerErrorCategory.DuplicateKey;

    /// <summary>Every failed part of the bulk is a duplicate, and the rest was written.</summary>
    public static bool IsDuplicatesOnly(MongoBulkWriteException exception) =>
        exception.WriteConcernError is null && exception.WriteErrors.Count > 0
        && exception.WriteErrors.All(e => e.Category == ServerErrorCategory.DuplicateKey);
}
