using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>
/// MongoDB as the clinical store, from before it answered for the first time: until it is connected and known to belong
/// to this deployment every operation is refused as unavailable, and nothing is written anywhere else.
/// </summary>
internal sealed class ClinicalMongo(StoreOptions options, string deploymentId, ChangeSignal changed, TimeProvider time, ILoggerFactory loggers)
    : IPatientStore, IChangeSource, IAsyncDisposable
{
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan RecoveryInterval = TimeSpan.FromSeconds(30);

    private readonly ILogger<ClinicalMongo> logger = loggers.CreateLogger<ClinicalMongo>();
    private volatile MongoStore? connected;

    private MongoStore Store => connected ?? throw new StoreUnavailableException(MongoStore.StoreName, "is not connected yet");

    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    /// <exception cref="SettingException">It belongs to another deployment, or the address is not usable.</exception>
    public async Task ConnectAsync(CancellationToken ct)
    {
        var store = await OpenAsync(ct);
        try
        {
            if (await store.SetDeploymentIdAsync(deploymentId, ct) != deploymentId)
                throw new SettingException(
                    "MONGO_DB_NAME",
                    $"the database {options.MongoDbName} belongs to another deployment than DATABASE_URL. Correct the settings, or move the records with strokecare store copy.");
            await store.EnsureIndexesAsync(ct);
            connected = store;
        }
        finally
        {
            if (connected != store) await store.DisposeAsync();
        }
    }

    /// <summary>Connects when that has not happened yet, then releases claims of dead writers now and every 30 seconds; runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (connected is null && !await TryAsync(() => ConnectAsync(ct))) await Task.Delay(RetryInterval, time, ct);
            while (true)
            {
                await TryAsync(() => Store.ReleaseOrphanClaimsAsync(time.GetUtcNow(), ct));
                await Task.Delay(RecoveryInterval, time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Log.Ended(logger, null);
        }
    }

    public Task PingAsync(CancellationToken ct) => Store.PingAsync(ct);

    public Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct) => Store.Patients.AddAsync(patient, change, ct);

    public Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct) => Store.Patients.AddManyAsync(added, ct);

    public Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct) => Store.Patients.UpdateAsync(next, change, ct);

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => Store.Patients.FindAsync(id, ct);

    public Task<Patient?> FindByUserAsync(StrokeCare.Accounts.UserId user, CancellationToken ct) => Store.Patients.FindByUserAsync(user, ct);

    public Task<long> CountOfDoctorAsync(StrokeCare.Accounts.UserId doctor, CancellationToken ct) => Store.Patients.CountOfDoctorAsync(doctor, ct);

    public Task<bool> RefuseIdAsync(PatientId id, CancellationToken ct) => Store.Patients.RefuseIdAsync(id, ct);

    public Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct) => Store.Patients.ListAsync(filter, ct);

    public Task<IReadOnlySet<string>> PresentAsync(IReadOnlyCollection<string> sourceKeys, CancellationToken ct) => Store.Patients.PresentAsync(sourceKeys, ct);

    // Before the first connection there is nothing to carry.
    public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) =>
        connected is { } store ? store.Changes.PendingAsync(max, ct) : Task.FromResult<IReadOnlyList<Change>>([]);

    public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct) => Store.Changes.ClearAsync(logged, ct);

    public Task<PendingState> PendingStateAsync(CancellationToken ct) => Store.Changes.PendingStateAsync(ct);

    public IAsyncEnumerable<EntityVersion> VersionsAsync(CancellationToken ct) => Store.Changes.VersionsAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (connected is { } store) await store.DisposeAsync();
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
        public static readonly Action<ILogger, string, Exception?> Away = LoggerMessage.Define<string>(
            LogLevel.Warning, new EventId(21, "MongoAway"), "{Reason}; clinical routes answer 503 until it does");

        public static readonly Action<ILogger, string, Exception?> Refused = LoggerMessage.Define<string>(
            LogLevel.Critical, new EventId(22, "MongoRefused"), "{Reason} Clinical routes answer 503");

        public static readonly Action<ILogger, Exception?> Failed = LoggerMessage.Define(
            LogLevel.Error, new EventId(24, "MongoCareFailed"), "Looking after MongoDB failed; it is tried again");

        public static readonly Action<ILogger, Exception?> Ended = LoggerMessage.Define(
            LogLevel.Debug, new EventId(23, "MongoCareEnded"), "No longer looking after MongoDB");
    }
}
