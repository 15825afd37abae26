using StrokeCare.Mongo;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

/// <summary>
/// The stores and operations for one verb, opened as the portal opens them; it may run beside a serving one. When it
/// ends, its changes are in the log and covered by a checkpoint.
/// </summary>
internal sealed class OperatorSession : IAsyncDisposable
{
    private readonly Stores stores;
    private readonly ServiceProvider services;

    private readonly ILoggerFactory loggers;

    private OperatorSession(ILoggerFactory loggers, Stores stores, ServiceProvider services) => (this.loggers, this.stores, this.services) = (loggers, stores, services);

    public InstanceOptions Instance => Get<InstanceOptions>();

    public static Task<OperatorSession> OpenAsync(bool migrate, CancellationToken ct) => OpenAsync(Configuration.Read(), migrate, ct);

    public static Task<OperatorSession> OpenAsync(IConfiguration settings, bool migrate, CancellationToken ct)
    {
        var instance = InstanceOptions.From(settings);
        return OpenAsync(instance, StoreOptions.From(settings, instance), migrate, ct);
    }

    /// <summary>For a look at MongoDB as it is found: nothing is created in it and nothing refused.</summary>
    /// <exception cref="SettingException">There is no MongoDB in use.</exception>
    public static async Task<OperatorSession> OpenMongoAsync(CancellationToken ct)
    {
        var settings = Configuration.Read();
        var instance = InstanceOptions.From(settings);
        var options = StoreOptions.From(settings, instance);
        if (!options.UsesMongo) throw new SettingException("USE_MONGODB", "is not true, so nothing is kept in MongoDB.");
        var session = await OpenAsync(instance, options with { MongoAsFound = true }, migrate: false, ct);
        // Away is not a reason to end for other verbs.
        if (!session.Link.IsConnected) await session.Link.ConnectAsync(ct);
        return session;
    }

    public bool IsMongoConnected => stores.Mongo?.IsConnected == true;

    /// <summary>What MongoDB keeps, connected; only where it is in use.</summary>
    public MongoStore Mongo => Link.Store;

    public bool KeepsRecordsInMongo => stores.Patients is LinkedPatients;

    public bool KeepsAccountsInMongo => stores.Users is LinkedUsers;

    public string DeploymentId => Link.DeploymentId;

    private MongoLink Link => stores.Mongo ?? throw new InvalidOperationException("MongoDB is not in use.");

    private static async Task<OperatorSession> OpenAsync(InstanceOptions instance, StoreOptions options, bool migrate, CancellationToken ct)
    {
        instance.Create();
        // For as long as the session: MongoDB may be asked for a connection later on.
        var logging = LoggerFactory.Create(console => console.AddPortalConsole(toError: true));
        var opened = await OpenAsync(options, migrate, logging, ct);
        return new(logging, opened, new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(instance)
            .AddLogging()
            .AddSingleton(logging)
            .AddStrokeCare(opened, instance)
            .BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Carries changes into the log while this work makes many, instead of all at its end.</summary>
    public async Task<T> RelayingAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var relaying = Get<Changes.Relay>().RunAsync(over.Token);
        try
        {
            return await work();
        }
        finally
        {
            await over.CancelAsync();
            await relaying;
        }
    }

    /// <summary>Carries what is pending into the log and covers it, as a verb that wrote does at its end.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        await Get<Changes.Relay>().DrainAsync(ct);
        await Get<Audit.Checkpointer>().CoverAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await stores.DisposeAsync();
        loggers.Dispose();
    }

    private static async Task<Stores> OpenAsync(StoreOptions options, bool migrate, ILoggerFactory logging, CancellationToken ct)
    {
        try
        {
            return await Stores.OpenAsync(options, migrate, TimeProvider.System, logging, ct);
        }
        catch
        {
            logging.Dispose();
            throw;
        }
    }
}
