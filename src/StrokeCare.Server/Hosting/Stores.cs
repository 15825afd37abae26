using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Server.Settings;
using StrokeCare.Sql;

namespace StrokeCare.Server.Hosting;

/// <summary>A store by its name and how to ask whether it answers; null when it is not in use.</summary>
internal sealed record StorePing(string Name, Func<CancellationToken, Task>? Ask);

/// <summary>The pair of stores in use. There is no falling back from one to the other: what a setting names is used, or nothing is.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly RelationalStore relational;

    private Stores(RelationalStore relational, ChangeSignal changed) => (this.relational, Changed) = (relational, changed);

    public ChangeSignal Changed { get; }

    public IUserStore Users => relational.Users;

    public ISecurityLog Log => relational.Log;

    public ISessionStore Sessions => relational.Sessions;

    public IIntentStore Intents => relational.Intents;

    public IIdempotencyStore Keys => relational.IdempotencyKeys;

    public IPatientStore Patients => Mongo ?? relational.Patients;

    /// <summary>The clinical store, when it is MongoDB.</summary>
    public ClinicalMongo? Mongo { get; private set; }

    /// <summary>Whose changes the relay carries, and whose versions the log is held against.</summary>
    public IReadOnlyList<IChangeSource> Sources => [Mongo ?? relational.Outbox, relational.UserVersions];

    public IReadOnlyList<StorePing> Pings => [new(relational.EngineName, relational.PingAsync), new(MongoStore.StoreName, Mongo is null ? null : Mongo.PingAsync)];

    /// <summary>Opens what the settings name, migrates where that is allowed, and refuses stores that do not belong together. MongoDB may still be away.</summary>
    public static async Task<Stores> OpenAsync(StoreOptions options, bool migrate, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var changed = new ChangeSignal();
        var stores = new Stores(await RelationalStore.OpenAsync(options.DatabaseUrl, changed, time, loggers, ct), changed);
        try
        {
            var deployment = await stores.PrepareAsync(options, migrate, ct);
            if (options.UseMongoDb) await stores.AddMongoAsync(new(options, deployment.Id, changed, time, loggers), ct);
            return stores;
        }
        catch (Exception refused)
        {
            await stores.DisposeAsync();
            if (refused is InvalidOperationException) throw new SettingException("DATABASE_URL", refused.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Mongo is not null) await Mongo.DisposeAsync();
        await relational.DisposeAsync();
        Changed.Dispose();
    }

    private async Task<DeploymentState> PrepareAsync(StoreOptions options, bool migrate, CancellationToken ct)
    {
        if (migrate || relational.EngineName == "sqlite") await relational.MigrateAsync(options.OwnerUrl, ct);
        else await relational.EnsureCurrentAsync(ct);
        return await relational.Deployment.UseAsync(options.UseMongoDb ? $"{relational.EngineName}+mongodb" : relational.EngineName, ct);
    }

    private async Task AddMongoAsync(ClinicalMongo mongo, CancellationToken ct)
    {
        Mongo = mongo;
        try
        {
            await mongo.ConnectAsync(ct);
        }
        catch (StoreUnavailableException)
        {
            // Sign-in and log work without it; RunAsync connects as soon as it answers, and says so until then.
        }
    }
}
