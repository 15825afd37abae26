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

    private OperatorSession(Stores stores, ServiceProvider services) => (this.stores, this.services) = (stores, services);

    public InstanceOptions Instance => Get<InstanceOptions>();

    public static Task<OperatorSession> OpenAsync(bool migrate, CancellationToken ct) => OpenAsync(Configuration.Read(), migrate, ct);

    public static async Task<OperatorSession> OpenAsync(IConfiguration settings, bool migrate, CancellationToken ct)
    {
        var instance = InstanceOptions.From(settings);
        instance.Create();
        using var loggers = LoggerFactory.Create(logging => logging.AddPortalConsole(toError: true));
        var opened = await Stores.OpenAsync(StoreOptions.From(settings, instance), migrate, TimeProvider.System, loggers, ct);
        return new(opened, new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(instance)
            .AddLogging(logging => logging.AddPortalConsole(toError: true))
            .AddStrokeCare(opened, instance)
            .BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

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
    }
}
