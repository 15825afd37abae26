using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Sql;

/// <summary>A migrated relational store on a database of its own, and what makes test data for it.</summary>
internal sealed class SqlTestStore : IAsyncDisposable
{
    private readonly string? folder;
    private readonly PostgresTestDatabase? database;
    private readonly bool borrowed;

    private SqlTestStore(RelationalStore store, string url, string? folder, PostgresTestDatabase? database, ChangeSignal changed, bool borrowed) =>
        (Store, Url, this.folder, this.database, Changed, this.borrowed) = (store, url, folder, database, changed, borrowed);

    /// <summary>Both engines, for theories.</summary>
    public static TheoryData<string> Engines { get; } = ["sqlite", "postgresql"];

    public RelationalStore Store { get; }

    public string Url { get; }

    public ChangeSignal Changed { get; }

    public string File => RelationalUrl.Parse(Url).File!;

    public static ClinicalIds Ids { get; } = new(TimeProvider.System);

    public static async Task<SqlTestStore> NewAsync(string engine, bool migrate = true)
    {
        if (engine == "sqlite")
        {
            var temporary = Directory.CreateTempSubdirectory("strokecare-sql-").FullName;
            return await OpenAsync($"sqlite:///{temporary}/clinic.db", temporary, null, migrate, borrowed: false);
        }

        var fresh = new PostgresTestDatabase();
        return await OpenAsync(await fresh.UrlAsync(), null, fresh, migrate, borrowed: false);
    }

    /// <summary>A second store on the same database, as another process would open it.</summary>
    public Task<SqlTestStore> AnotherAsync() => OpenAsync(Url, null, null, migrate: false, borrowed: true);

    public static Change AChange(Patient patient, AuditAction action = AuditAction.PatientCreated) => new()
    {
        ChangeId = Change.NewId(),
        Action = action,
        At = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_000),
        Description = $"Patient {patient.Id} changed",
        EntityType = EntityType.Patient,
        EntityId = patient.Id.ToString(),
        EntityVersion = patient.Version,
        ActorId = new UserId(1),
        ActorName = "doctor",
        ActorRole = Role.Doctor,
        IpAddress = "127.0.0.1",
        UserAgent = "tests",
    };

    public static Change AnEvent(string description = "Seen") => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.PatientsListed,
        At = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_123),
        Description = description,
        ActorId = new UserId(7),
        AdditionalData = """{"count":2,"ids":["a","b"]}""",
    };

    public static Patient APatient(string? mrn = null, int? doctor = 2, double age = 66, string? sourceKey = null, int? user = null) => Patient.Register(
        new PatientId(Ids.Next()),
        new PatientDetails
        {
            Gender = Gender.Female,
            Age = age,
            Hypertension = true,
            HeartDisease = false,
            EverMarried = true,
            WorkType = WorkType.Private,
            ResidenceType = ResidenceType.Urban,
            AvgGlucoseLevel = 228.69,
            Bmi = 36.6,
            SmokingStatus = SmokingStatus.FormerlySmoked,
            FirstName = "Ada",
            LastName = "Møller",
            Mrn = mrn,
        },
        new Registration { CreatedBy = new UserId(1), AssignedDoctorId = doctor is { } d ? new UserId(d) : null, SourceKey = sourceKey, UserId = user is { } u ? new UserId(u) : null },
        DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_456)).Value!;

    public Relay Relay() => new([Store.Outbox], Store.Log, Changed, TimeProvider.System, NullLogger<Relay>.Instance);

    public Task<AddPatientOutcome> AddAsync(Patient patient) => Store.Patients.AddAsync(patient, AChange(patient), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Changed.Dispose();
        if (borrowed) return;
        if (folder is not null) Directory.Delete(folder, recursive: true);
        if (database is not null) await database.DisposeAsync();
    }

    private static async Task<SqlTestStore> OpenAsync(string url, string? folder, PostgresTestDatabase? database, bool migrate, bool borrowed)
    {
        var changed = new ChangeSignal();
        var store = await RelationalStore.OpenAsync(url, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        if (migrate) await store.MigrateAsync(null, CancellationToken.None);
        else if (borrowed) await store.EnsureCurrentAsync(CancellationToken.None);
        return new(store, url, folder, database, changed, borrowed);
    }
}
