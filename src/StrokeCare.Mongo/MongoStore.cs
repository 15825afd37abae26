using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Mongo.Accounts;
using StrokeCare.Mongo.Adoption;
using StrokeCare.Mongo.Analytics;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.Changes;
using StrokeCare.Mongo.Consistency;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;
using StrokeCare.Mongo.Topologies;
using StrokeCare.Patients;

namespace StrokeCare.Mongo;

/// <summary>
/// The stores on MongoDB, one client for all of them. Writes are acknowledged by a majority and its journals.
/// While no server answers every operation throws <see cref="StoreUnavailableException"/> at once, and all comes back by itself.
/// </summary>
public sealed class MongoStore : IAsyncDisposable
{
    /// <summary>The name in health answers and in <see cref="StoreUnavailableException.Store"/>.</summary>
    public const string StoreName = "mongodb";

    /// <summary>The collection, and in it the document that says whose this database is; beside it one that says of which form the search terms are.</summary>
    internal const string DeploymentCollection = "deployment";
    private const string DeploymentField = "deployment_id";

    private readonly MongoConnection connection;
    private readonly PatientCollection patients;
    private readonly NameCollection names;
    private readonly DeadClaims deadClaims;
    private readonly HistoryCollection history;
    private readonly AppointmentCollection appointments;
    private readonly SharedTime sharedTime;
    private readonly UserCollection users;

    private MongoStore(MongoConnection opened, ChangeSignal changed, TimeProvider time)
    {
        connection = opened;
        patients = new PatientCollection(connection);
        names = new NameCollection(connection);
        var keys = new UniqueKeys(connection, time);
        deadClaims = new DeadClaims(patients, keys, time);
        Patients = new MongoPatientStore(
            patients, names, keys, new AddPatients(patients, names, keys, deadClaims, changed, time),
            new UpdatePatients(patients, names, keys, deadClaims, changed, time), new RefuseIds(patients, time));
        Changes = new MongoChangeSource(connection, patients.Entities);
        history = new HistoryCollection(connection);
        History = new MongoHistoryStore(history, changed, time);
        HistoryChanges = new MongoChangeSource(connection, history.Entities);
        appointments = new AppointmentCollection(connection);
        Analytics = new MongoAnalyticsStore(patients, appointments);
        sharedTime = new SharedTime(appointments, changed, time);
        Appointments = new MongoAppointmentStore(
            appointments, new BookAppointments(appointments, sharedTime, changed, time), new MoveAppointments(appointments, sharedTime, changed, time));
        Consistency = new ClinicalReferences(patients, history, appointments, new ClaimFaults(patients, keys, deadClaims, time), new CellFaults(appointments, sharedTime));
        AppointmentChanges = new MongoChangeSource(connection, appointments.Entities);
        users = new UserCollection(connection);
        Users = new MongoUserStore(
            users, new AddUsers(users, new UserIds(connection), changed, time), new UpdateUsers(users, new AdminKeeper(users, time), changed, time), new CountAttempts(users));
        UserChanges = new MongoChangeSource(connection, users.Entities);
        Operations = new MongoOperations(connection, this);
        Adoption = new MongoAdoption(patients, names, history, appointments, keys, time);
    }

    public IPatientStore Patients { get; }

    public IAnalyticsStore Analytics { get; }

    /// <summary>Of the patients.</summary>
    public IChangeSource Changes { get; }

    public IHistoryStore History { get; }

    public IChangeSource HistoryChanges { get; }

    /// <summary>Of all clinical records.</summary>
    public IConsistencySource Consistency { get; }

    public IAppointmentStore Appointments { get; }

    public IChangeSource AppointmentChanges { get; }

    public IUserStore Users { get; }

    public IChangeSource UserChanges { get; }

    /// <summary>Of what an older system left.</summary>
    public MongoAdoption Adoption { get; }

    /// <summary>What an operator's verbs ask and do.</summary>
    public MongoOperations Operations { get; }

    /// <summary>Connects and waits for an answer; creates nothing.</summary>
    /// <exception cref="ArgumentException">The URI cannot be read or asks for writes that can be lost.</exception>
    /// <exception cref="StoreUnavailableException">No server answers within 3 seconds.</exception>
    public static Task<MongoStore> OpenAsync(
        string uri, string databaseName, ChangeSignal changed, TimeProvider time, ILoggerFactory loggers, CancellationToken ct) =>
        OpenAsync(MongoAddress.Read(uri), databaseName, changed, time, loggers, ct);

    /// <summary>For tests that watch the commands which go out.</summary>
    internal static async Task<MongoStore> OpenAsync(
        MongoClientSettings settings, string databaseName, ChangeSignal changed, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var opened = new MongoConnection(settings, databaseName, time, loggers.CreateLogger<MongoConnection>());
        var store = new MongoStore(opened, changed, time);
        try
        {
            await store.PingAsync(ct);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Creates the indexes of the clinical records that are missing, waits until they are built, and gives older documents
    /// the fields that lists and searches need; safe to repeat and to race.
    /// </summary>
    public async Task EnsureIndexesAsync(CancellationToken ct)
    {
        await CreateAsync(DeclaredIndexes.Clinical, ct);
        await connection.AdministerAsync(() => patients.Documents.UpdateManyAsync(
            PatientIndexes.Unmarked, Builders<BsonDocument>.Update.Set(PatientFields.Archived, BsonBoolean.False), null, ct));
        await connection.AdministerAsync(() => PatientTerms.RenewOlderAsync(patients, names, Deployment, ct));
        await connection.AdministerAsync(() => TermBackfill.RunAsync(PatientTerms.LackingIn(patients, names), ct));
        await connection.AdministerAsync(() => TermBackfill.RunAsync(EntryTerms.LackingIn(history), ct));
    }

    /// <summary>As <see cref="EnsureIndexesAsync"/>, for accounts: without them a name could be given twice, so they come before the first account.</summary>
    public Task EnsureUserIndexesAsync(CancellationToken ct) => CreateAsync(DeclaredIndexes.Accounts, ct);

    /// <exception cref="StoreUnavailableException">No primary answers.</exception>
    public Task PingAsync(CancellationToken ct) =>
        connection.ReadAsync(
            token => connection.Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), ReadPreference.Primary, token), ct);

    /// <summary>The deployment that this database belongs to; null when it was never used.</summary>
    public async Task<string?> DeploymentIdAsync(CancellationToken ct)
    {
        var found = await connection.ReadAsync(
            token => Deployment.Find(Builders<BsonDocument>.Filter.Eq("_id", DeploymentCollection)).FirstOrDefaultAsync(token), ct);
        return found?.Text(DeploymentField);
    }

    /// <summary>Writes the deployment id if there is none; answers the one that is there then. Another than the given one means: a foreign database.</summary>
    public async Task<string> SetDeploymentIdAsync(string deploymentId, CancellationToken ct)
    {
        try
        {
            await connection.ReadAsync(
                token => Deployment.UpdateOneAsync(
                    Builders<BsonDocument>.Filter.Eq("_id", DeploymentCollection),
                    Builders<BsonDocument>.Update.SetOnInsert(DeploymentField, deploymentId),
                    new UpdateOptions { IsUpsert = true }, token),
                ct);
        }
        catch (MongoWriteException raced) when (MongoOutage.IsDuplicate(raced))
        {
            // Another process was first with its upsert: what it wrote is read below.
            return await DeploymentIdAsync(ct) ?? throw MongoConnection.Unavailable("lost its deployment id", raced);
        }

        return await DeploymentIdAsync(ct) ?? throw MongoConnection.Unavailable("did not keep the deployment id", null);
    }

    /// <summary>
    /// Releases claims whose record was never written, or never changed to hold them, because its process died more than a
    /// minute before <paramref name="now"/>; answers how many. The server runs it at start and every 30 seconds.
    /// </summary>
    public Task<int> ReleaseOrphanClaimsAsync(DateTimeOffset now, CancellationToken ct) => deadClaims.ReleaseAsync(now, ct);

    /// <summary>
    /// Lets appointments that override others claim what became free when a process died before it had told them; answers
    /// how many did. The server runs it at start and every 30 seconds.
    /// </summary>
    public Task<int> RepairSharedTimeAsync(DateTimeOffset now, CancellationToken ct) => sharedTime.RepairAsync(now, ct);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task CreateAsync(IReadOnlyDictionary<string, IReadOnlyList<CreateIndexModel<BsonDocument>>> declared, CancellationToken ct)
    {
        foreach (var (name, models) in declared)
            await connection.AdministerAsync(() => connection.Database.GetCollection<BsonDocument>(name).Indexes.CreateManyAsync(models, ct));
    }

    private IMongoCollection<BsonDocument> Deployment => connection.Database.GetCollection<BsonDocument>(DeploymentCollection);
}
