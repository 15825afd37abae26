using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>
/// The one connection to MongoDB, from before it answered for the first time: until it is connected and known to belong
/// to this deployment every operation on what it keeps is refused as unavailable, and nothing is written anywhere else.
/// </summary>
internal sealed class MongoLink(StoreOptions options, string deploymentId, ChangeSignal changed, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan RecoveryInterval = TimeSpan.FromSeconds(30);

    private readonly ILogger<MongoLink> logger = loggers.CreateLogger<MongoLink>();
    private volatile MongoStore? connected;

    /// <summary>Of the relational store, which MongoDB has to belong to.</summary>
    public string DeploymentId => deploymentId;

    public bool IsConnected => connected is not null;

    /// <exception cref="StoreUnavailableException">It is not connected yet.</exception>
    public MongoStore Store => connected ?? throw new StoreUnavailableException(MongoStore.StoreName, "is not connected yet");

    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    /// <exception cref="SettingException">It belongs to another deployment, the address is not usable, its collections are sharded so that records could double, or it has records that are to be adopted first.</exception>
    public async Task ConnectAsync(CancellationToken ct)
    {
        var store = await OpenAsync(ct);
        try
        {
            if (options.MongoAsFound) EnsureOwn(await store.DeploymentIdAsync(ct) ?? deploymentId);
            else await PrepareAsync(store, ct);
            connected = store;
        }
        finally
        {
            if (connected != store) await store.DisposeAsync();
        }
    }

    /// <summary>Connects when that has not happened yet, then, of clinical records, finishes what dead writers left now and every 30 seconds; runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (connected is null && !await TryAsync(() => ConnectAsync(ct))) await Task.Delay(RetryInterval, time, ct);
            while (options.UseMongoDb)
            {
                await TryAsync(() => Store.ReleaseOrphanClaimsAsync(time.GetUtcNow(), ct));
                await TryAsync(() => Store.RepairSharedTimeAsync(time.GetUtcNow(), ct));
                await Task.Delay(RecoveryInterval, time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Log.Ended(logger, null);
        }
    }

    public Task PingAsync(CancellationToken ct) => Store.PingAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (connected is { } store) await store.DisposeAsync();
    }

    private async Task PrepareAsync(MongoStore store, CancellationToken ct)
    {
        var (refusals, warnings) = await store.Operations.LookAsync(ct);
        if (refusals.Count > 0) throw new SettingException("MONGO_URI", string.Join(' ', refusals));
        if (options.UseMongoDb && await store.Adoption.NeededAsync(ct) is { } unadopted) throw new SettingException("MONGO_DB_NAME", $"the database {options.MongoDbName} {unadopted}");
        EnsureOwn(await store.SetDeploymentIdAsync(deploymentId, ct));
        foreach (var warning in warnings) Log.Topology(logger, warning, null);
        if (options.UseMongoDb) await store.EnsureIndexesAsync(ct);
        if (options.UseMongoDbUsers) await store.EnsureUserIndexesAsync(ct);
    }

    private void EnsureOwn(string found)
    {
        if (found != deploymentId)
            throw new SettingException(
                "MONGO_DB_NAME",
                $"the database {options.MongoDbName} belongs to another deployment than DATABASE_URL. Correct the settings; records cannot be moved between deployments.");
    }

    private async Task<MongoStore> OpenAsync(CancellationToken ct)
    {
        try
        {
            return await MongoStore.OpenAsync(options.MongoUri, options.MongoDbName, changed, time, loggers, ct);
        }
        catch (ArgumentException unusable)
        {
            throw new SettingException("MONGO_URI", unusable.Message);
        }
    }

    private async Task<bool> TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return true;
        }
        catch (StoreUnavailableException away)
        {
            Log.Away(logger, away.Message, null);
        }
        catch (SettingException refused)
        {
            Log.Refused(logger, refused.Message, null);
        }
        catch (MongoDB.Driver.MongoException failed)
        {
            Log.Failed(logger, failed);
        }

        return false;
    }

    private static class Log
    {
        public static readonly Action<ILogger, string, Exception?> Topology = LoggerMessage.Define<string>(
            LogLevel.Warning, new EventId(25, "MongoTopology"), "{Warning}");

        public static readonly Action<ILogger, string, Exception?> Away = LoggerMessage.Define<string>(
            LogLevel.Warning, new EventId(21, "MongoAway"), "{Reason}; what it keeps answers 503 until it does");

        public static readonly Action<ILogger, string, Exception?> Refused = LoggerMessage.Define<string>(
            LogLevel.Critical, new EventId(22, "MongoRefused"), "{Reason} What MongoDB keeps answers 503");

        public static readonly Action<ILogger, Exception?> Failed = LoggerMessage.Define(
            LogLevel.Error, new EventId(24, "MongoCareFailed"), "Looking after MongoDB failed; it is tried again");

        public static readonly Action<ILogger, Exception?> Ended = LoggerMessage.Define(
            LogLevel.Debug, new EventId(23, "MongoCareEnded"), "No longer looking after MongoDB");
    }
}
