using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Server.Settings;
using StrokeCare.Sql;

namespace StrokeCare.Server.Hosting;

/// <summary>A store by its name and how to ask whether it answers; null when it is not in use.</summary>
internal sealed record StorePing(string Name, Func<CancellationToken, Task>? Ask);

/// <summary>The stores in use: sessions, intents, keys and the log are always relational, records and accounts where the settings say. There is no falling back from one to the other: what a setting names is used, or nothing is.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly RelationalStore relational;

    private Stores(RelationalStore relational, ChangeSignal changed, ClinicClock clock)
    {
        (this.relational, Changed, Clock) = (relational, changed, clock);
        (Patients, History, Appointments) = (relational.Patients, relational.History, relational.Appointments);
        (Analytics, Users) = (relational.Analytics, relational.Users);
        Sources = [relational.Outbox, relational.UserVersions];
        Consistency = [relational.Consistency];
    }

    public ChangeSignal Changed { get; }

    /// <summary>The wall clock by which the stored appointments are told.</summary>
    public ClinicClock Clock { get; }

    public IUserStore Users { get; private set; }

    public ISecurityLog Log => relational.Log;

    public ISessionStore Sessions => relational.Sessions;

    public IIntentStore Intents => relational.Intents;

    public IIdempotencyStore Keys => relational.IdempotencyKeys;

    public IPatientStore Patients { get; private set; }

    public IAnalyticsStore Analytics { get; private set; }

    public IHistoryStore History { get; private set; }

    public IAppointmentStore Appointments { get; private set; }

    public IDoctorHoursStore DoctorHours => relational.DoctorHours;

    /// <summary>The connection to MongoDB, when it keeps anything.</summary>
    public MongoLink? Mongo { get; private set; }

    /// <summary>Whose changes the relay carries, and whose versions the log is held against.</summary>
    public IReadOnlyList<IChangeSource> Sources { get; private set; }

    /// <summary>What the consistency check looks at.</summary>
    public IReadOnlyList<IConsistencySource> Consistency { get; private set; }

    public IReadOnlyList<StorePing> Pings => [new(relational.EngineName, relational.PingAsync), new(MongoStore.StoreName, Mongo is null ? null : Mongo.PingAsync)];

    /// <summary>Opens what the settings name, migrates where that is allowed, and refuses stores that do not belong together. MongoDB may still be away.</summary>
    public static async Task<Stores> OpenAsync(StoreOptions options, bool migrate, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var changed = new ChangeSignal();
        var stores = new Stores(await RelationalStore.OpenAsync(options.DatabaseUrl, changed, time, loggers, ct), changed, options.Clock);
        try
        {
            var deployment = await stores.PrepareAsync(options, migrate, ct);
            if (options.UsesMongo) await stores.AddMongoAsync(new(options, deployment.Id, changed, time, loggers), options, ct);
            if (deployment.TimeZone != options.Clock.TimeZone) await stores.MoveClockAsync(deployment.TimeZone, time.GetUtcNow(), ct);
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
        return await relational.Deployment.UseAsync(options.StoresOf(relational.EngineName), ct);
    }

    // What is booked was told people by the clock as it was.
    private async Task MoveClockAsync(string? before, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            if (before is not null && await Appointments.AnyFutureAsync(now, ct))
                throw new SettingException(
                    StoreOptions.TimeZoneSetting,
                    $"was {before} when appointments were booked that are still to come. Keep it, or cancel or complete those first.");
        }
        catch (StoreUnavailableException away)
        {
            throw new SettingException(
                StoreOptions.TimeZoneSetting, $"was {before} until now, and whether appointments are still to come is not known: {away.Message} Keep it, or start again when the store answers.");
        }

        await relational.Deployment.UseTimeZoneAsync(Clock.TimeZone, ct);
    }

    private async Task AddMongoAsync(MongoLink mongo, StoreOptions options, CancellationToken ct)
    {
        Mongo = mongo;
        if (options.UseMongoDb)
        {
            (Patients, History) = (new LinkedPatients(mongo), new LinkedHistory(mongo));
            (Appointments, Analytics) = (new LinkedAppointments(mongo), new LinkedAnalytics(mongo));
            Consistency = [new LinkedReferences(mongo)];
        }

        if (options.UseMongoDbUsers) Users = new LinkedUsers(mongo);
        Sources =
        [
            .. options.UseMongoDb
                ? [new LinkedChanges(mongo, store => store.Changes), new LinkedChanges(mongo, store => store.HistoryChanges), new LinkedChanges(mongo, store => store.AppointmentChanges)]
                : new[] { relational.Outbox },
            options.UseMongoDbUsers ? new LinkedChanges(mongo, store => store.UserChanges) : relational.UserVersions,
        ];
        try
        {
            await mongo.ConnectAsync(ct);
        }
        catch (StoreUnavailableException)
        {
            // What is relational works without it; RunAsync connects as soon as it answers, and says so until then.
        }
    }
}
