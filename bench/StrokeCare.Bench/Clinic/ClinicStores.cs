using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Bench.ByHand;
using StrokeCare.Bench.Contests;
using StrokeCare.Changes;
using StrokeCare.Demo;
using StrokeCare.History;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Bench.Clinic;

/// <summary>Fresh stores of one engine with a whole clinic in them: the one that <c>strokecare demo</c> makes, larger.</summary>
internal sealed class ClinicStores : IAsyncDisposable
{
    private const int Seed = 2026;

    private readonly Func<ValueTask> drop;
    private readonly MongoStore? mongo;

    private ClinicStores(RelationalStore relational, MongoStore? mongo, ChangeSignal changed, IByHandCounts byHand, Func<ValueTask> drop)
    {
        (Relational, this.mongo, Changed, ByHand, this.drop) = (relational, mongo, changed, byHand, drop);
        (Patients, History) = (mongo?.Patients ?? relational.Patients, mongo?.History ?? relational.History);
        (Appointments, Analytics) = (mongo?.Appointments ?? relational.Appointments, mongo?.Analytics ?? relational.Analytics);
    }

    public RelationalStore Relational { get; }

    public IPatientStore Patients { get; }

    public IHistoryStore History { get; }

    public IAppointmentStore Appointments { get; }

    public IAnalyticsStore Analytics { get; }

    public ChangeSignal Changed { get; }

    public IByHandCounts ByHand { get; }

    /// <summary>The bare driver on the same collections; null where the records are in the relational store, beside whose hand-written code the contests stand.</summary>
    public MongoByHand? BareDriver { get; private init; }

    public DemoPeople People { get; private set; } = null!;

    public DemoRecords Records { get; private set; } = null!;

    public int AppointmentsMade { get; private set; }

    public ClinicClock Clock { get; } = ClinicClock.TryOpen("Europe/London", out var clock) ? clock : throw new TimeZoneNotFoundException("Europe/London");

    public static async Task<ClinicStores> OpenAsync(string engine, string folder, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var changed = new ChangeSignal();
        var name = $"bench_clinic_{System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        switch (engine)
        {
            case "sqlite":
                var file = Path.Combine(folder, "clinic.db");
                return new(await RelationalContest.OpenMigratedAsync($"sqlite:///{file}", changed, time, ct), null, changed, new SqliteCounts(file), () => default);
            case "postgresql":
                await PostgresContest.ExecuteAsync(Servers.Postgres, $"CREATE DATABASE {name}", ct);
                return new(
                    await RelationalContest.OpenMigratedAsync(PostgresContest.Url(Servers.Postgres, name), changed, time, ct), null, changed,
                    new PostgresCounts(PostgresContest.ConnectionString(Servers.Postgres, name)),
                    async () => await PostgresContest.DropAsync(Servers.Postgres, name));
            case "mongodb":
                var log = await RelationalContest.OpenMigratedAsync($"sqlite:///{Path.Combine(folder, "clinic-log.db")}", changed, time, ct);
                var opened = await MongoStore.OpenAsync(Servers.Mongo, name, changed, time, NullLoggerFactory.Instance, ct);
                await opened.EnsureIndexesAsync(ct);
                var counts = new MongoCounts(Servers.Mongo, name);
                return new(log, opened, changed, counts, async () => await counts.Database.Client.DropDatabaseAsync(name)) { BareDriver = new(Servers.Mongo, name, time) };
            default:
                throw new ArgumentException($"{engine} is none of sqlite, postgresql, mongodb.", nameof(engine));
        }
    }

    /// <summary>Writes the clinic through the stores, as the demonstration does.</summary>
    public async Task FillAsync(int patients, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        IEnumerable<SyntheticPatient> Draw() => new Demo.SyntheticPatients(Seed, Demo.SyntheticPatients.Doctors, now).Draw(patients);
        var accounts = new FillDemoPeopleHandler(Relational.Users, Relational.Log);
        People = await accounts.HandleAsync(Draw(), DemoPeople.HashAsync(), now, ct);
        Records = await new FillDemoRecordsHandler(Patients, History, Relational.Log).HandleAsync(Draw(), People, new Lines(), ct);
        AppointmentsMade = await new FillDemoCalendarHandler(Appointments, Relational.DoctorHours, Relational.Log, Clock).HandleAsync(Records.Patients, People, Seed, now, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (mongo is not null) await mongo.DisposeAsync();
        await Relational.DisposeAsync();
        // With the connection of what counts by hand, on MongoDB.
        await drop();
        await ByHand.DisposeAsync();
        BareDriver?.Dispose();
        Changed.Dispose();
    }

    private sealed class Lines : IProgress<int>
    {
        public void Report(int value)
        {
            if (value % 10_000 == 0) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value} patients"));
        }
    }
}
