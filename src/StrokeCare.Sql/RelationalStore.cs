using Microsoft.Extensions.Logging;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Sql.Accounts;
using StrokeCare.Sql.Analytics;
using StrokeCare.Sql.Appointments;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Changes;
using StrokeCare.Sql.Consistency;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.History;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql;

/// <summary>
/// The relational store on SQLite or PostgreSQL: accounts and their sessions, intents, the security log, idempotency keys and, when MongoDB is off,
/// the clinical records. Opening connects to nothing yet; migrate or check the schema first. Disposing drains the writer.
/// </summary>
public sealed class RelationalStore : IAsyncDisposable
{
    private static readonly Statement One = new("SELECT 1");

    private readonly RelationalUrl url;
    private readonly Dialect dialect;
    private readonly Writer writer;
    private readonly Readers readers;
    private readonly Schema schema;
    private readonly SecurityLog log;
    private readonly TermBackfill terms;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private Task? listening;

    private RelationalStore(RelationalUrl url, Dialect dialect, ChangeSignal changed, TimeProvider time, ILogger logger)
    {
        (this.url, this.dialect) = (url, dialect);
        writer = new(dialect, time);
        readers = new(dialect);
        schema = new(dialect, readers, logger);
        var append = new LogAppend(dialect);
        log = new(dialect, writer, readers, append);
        Users = new UserStore(dialect, writer, readers, append, log.Appended);
        Sessions = new SessionStore(dialect, writer, readers, append, log.Appended);
        Intents = new IntentStore(writer, readers);
        Patients = new PatientStore(dialect, writer, readers, changed);
        Analytics = new AnalyticsStore(readers);
        History = new HistoryStore(dialect, writer, readers, changed);
        Appointments = new AppointmentStore(dialect, writer, readers, changed);
        DoctorHours = new DoctorHoursStore(writer, readers, append, log.Appended);
        terms = new(writer, readers);
        Outbox = new Outbox(dialect, writer, readers);
        Consistency = new ClinicalReferences(readers, new CellFaults(dialect, writer, readers));
        UserVersions = new UserVersions(dialect, readers);
        IdempotencyKeys = new IdempotencyStore(writer);
        Deployment = new(writer, readers);
    }

    /// <summary>sqlite or postgresql.</summary>
    public string EngineName => dialect.EngineName;

    public ISecurityLog Log => log;

    public IUserStore Users { get; }

    public ISessionStore Sessions { get; }

    public IIntentStore Intents { get; }

    public IPatientStore Patients { get; }

    public IAnalyticsStore Analytics { get; }

    public IHistoryStore History { get; }

    public IAppointmentStore Appointments { get; }

    public IDoctorHoursStore DoctorHours { get; }

    public IIdempotencyStore IdempotencyKeys { get; }

    /// <summary>What the relay carries when the clinical records live here.</summary>
    public IChangeSource Outbox { get; }

    /// <summary>What the consistency check looks at when the clinical records live here.</summary>
    public IConsistencySource Consistency { get; }

    /// <summary>The accounts' versions, for the consistency check; nothing of them is ever pending.</summary>
    public IChangeSource UserVersions { get; }

    public Deployment Deployment { get; }

    internal Dialect Dialect => dialect;

    internal Writer Writer => writer;

    internal Readers Readers => readers;

    /// <summary>Opens the store that DATABASE_URL names; <paramref name="changed"/> is raised after each clinical write.</summary>
    /// <exception cref="FormatException">The URL cannot be read.</exception>
    public static Task<RelationalStore> OpenAsync(string url, ChangeSignal changed, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var parsed = RelationalUrl.Parse(url);
        var logger = logs.CreateLogger<RelationalStore>();
        return Task.FromResult(new RelationalStore(parsed, DialectOf(parsed, time, logger), changed, time, logger));
    }

    /// <summary>
    /// Brings the schema up to date: at once on SQLite, by <c>strokecare migrate</c> on PostgreSQL. Safe to repeat and to race.
    /// <paramref name="ownerUrl"/> (DATABASE_OWNER_URL) names a role that owns the tables; the portal's own then gets only the rights it needs.
    /// </summary>
    public async Task MigrateAsync(string? ownerUrl, CancellationToken ct)
    {
        await schema.MigrateAsync(url, ownerUrl is null ? url : RelationalUrl.Parse(ownerUrl, "DATABASE_OWNER_URL"), ct);
        await EnsureCurrentAsync(ct);
    }

    /// <summary>
    /// Refuses a schema that is not this program's and a log whose guards are gone; gives records and entries of history the
    /// search terms they lack, and starts to listen for other processes' appends.
    /// </summary>
    /// <exception cref="InvalidOperationException">The message says what to do.</exception>
    public async Task EnsureCurrentAsync(CancellationToken ct)
    {
        await schema.EnsureCurrentAsync(ct);
        await terms.RunAsync(PatientTerms.Lacking, ct);
        await terms.RunAsync(EntryTerms.Lacking, ct);
        lock (gate) listening ??= dialect.ListenAsync(log.Appended.Raise, closing.Token);
    }

    /// <summary>Returns when the store answers; throws <see cref="StoreUnavailableException"/> when it does not.</summary>
    public Task PingAsync(CancellationToken ct) => readers.QueryAsync(One, row => row.GetInt32(0), [], ct);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await writer.DisposeAsync();
        if (listening is not null) await listening;
        await readers.DisposeAsync();
        await dialect.DisposeAsync();
        log.Dispose();
        closing.Dispose();
    }

    private static Dialect DialectOf(RelationalUrl url, TimeProvider time, ILogger logger) =>
        url.File is not null ? new SqliteDialect(url, logger) : new PostgreSqlDialect(url, time, logger);
}
