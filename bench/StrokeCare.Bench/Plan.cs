using StrokeCare.Audit;
using StrokeCare.Bench.Clinic;
using StrokeCare.Bench.Contests;
using StrokeCare.Bench.Pages;
using StrokeCare.Bench.Scenarios;
using StrokeCare.Patients;

namespace StrokeCare.Bench;

/// <summary>One run: engine after engine, each from empty databases to 200,000 patients and their verified log.</summary>
internal sealed record Plan
{
    private const int Seed = 20_261;

    public required IReadOnlyList<string> Engines { get; init; }

    public required Sizes Size { get; init; }

    /// <summary>The portal's program, to be measured over HTTP; null leaves that out.</summary>
    public string? Server { get; init; }

    /// <summary>The clinic's day alone, without the stores beside hand-written code.</summary>
    public bool OnlyClinic { get; init; }

    /// <summary>The pages alone.</summary>
    public bool OnlyPages { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Hands the report over as Markdown whenever an engine is done, so that a run that is cut short is not lost.</summary>
    public async Task RunAsync(Func<string, Task> save, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("strokecare-bench-").FullName;
        try
        {
            var report = new Report(Machine.Look(folder, Time), Size, Time.GetUtcNow());
            var began = Time.GetTimestamp();
            foreach (var engine in OnlyClinic || OnlyPages ? [] : Engines)
            {
                await using (var practice = await OpenAsync(engine, Path.Combine(folder, "practice"), ct)) await PractiseAsync(practice, ct);
                await using (var contest = await OpenAsync(engine, folder, ct))
                {
                    report.Begin(contest);
                    await MeasureAsync(contest, folder, report, ct);
                }

                await save(report.ToMarkdown(Time.GetElapsedTime(began)));
            }

            if (Server is not null && !OnlyClinic && !OnlyPages) await MeasurePortalAsync(Server, folder, report, ct);
            await save(report.ToMarkdown(Time.GetElapsedTime(began)));
            if (!OnlyPages) await MeasureClinicsAsync(folder, report, () => save(report.ToMarkdown(Time.GetElapsedTime(began))), ct);
            if (Server is not null && !OnlyClinic) await MeasurePagesAsync(Server, folder, report, ct);
            await save(report.ToMarkdown(Time.GetElapsedTime(began)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task MeasurePortalAsync(string server, string folder, Report report, CancellationToken ct)
    {
        report.BeginPortal();
        await using var portal = await ServerProcess.StartAsync(server, Path.Combine(folder, "portal"), Time, ct);
        var patient = await portal.RegisterAsync(ct);
        foreach (var line in await new Requests(portal, Size, new Duel(Time)).MeasureAsync(patient, ct)) report.Add(line);
        foreach (var line in await new Flood(portal, Size, Time).MeasureAsync(patient, ct)) report.Add(line);
    }

    private async Task MeasurePagesAsync(string server, string folder, Report report, CancellationToken ct)
    {
        await using var portal = await ServerProcess.StartDemoAsync(server, Path.Combine(folder, "pages"), Size.Clinic, Time, ct);
        await using var visitors = await Visitors.OpenAsync(portal, ct);
        report.BeginPages(Size.Clinic);
        foreach (var line in await new PageTimes(portal, visitors, Size, new Duel(Time), Time).MeasureAsync(ct)) report.Add(line);
        report.Add(await new FirstVisits(visitors, Size, Time).MeasureAsync(ct));
    }

    private async Task MeasureClinicsAsync(string folder, Report report, Func<Task> save, CancellationToken ct)
    {
        var published = new PublishedTable();
        report.Add(published);
        foreach (var engine in Engines)
        {
            await using var clinic = await ClinicStores.OpenAsync(engine, Path.Combine(folder, $"clinic-{engine}"), Time, ct);
            await clinic.FillAsync(Size.Clinic, Time, ct);
            // A hundred thousand patients in some minutes leave vacuuming and statistics to the engine: no clinic's day.
            await Task.Delay(Size.Settling, Time, ct);
            report.BeginClinic(engine, clinic);
            foreach (var line in await new ClinicDay(clinic, Size, new Duel(Time), Time).MeasureAsync(ct)) report.Add(line);
            await published.MeasureAsync(engine, clinic, Size, new Duel(Time), Time, ct);
            await save();
        }
    }

    private async Task<IContest> OpenAsync(string engine, string folder, CancellationToken ct) => engine switch
    {
        "sqlite" => await SqliteContest.OpenAsync(Path.Combine(folder, "sqlite"), Time, ct),
        "postgresql" => await PostgresContest.OpenAsync(Servers.Postgres, Time, ct),
        "mongodb" => await MongoContest.OpenAsync(Servers.Mongo, Path.Combine(folder, "mongodb"), Time, ct),
        _ => throw new ArgumentException($"--engines: {engine} is none of sqlite, postgresql, mongodb.", nameof(engine)),
    };

    private Task PractiseAsync(IContest contest, CancellationToken ct) =>
        new Inserts(contest, PeopleOf(contest), Size, new Duel(Time)).PractiseAsync(HasClaims(contest), ct);

    private SyntheticPatients PeopleOf(IContest contest) => new(Seed, new AuditTrail(contest.Log, Time), Time);

    // On MongoDB an MRN is claimed by a document of its own first: measured once, apart.
    private static bool HasClaims(IContest contest) => contest is not MongoContest;

    private async Task MeasureAsync(IContest contest, string folder, Report report, CancellationToken ct)
    {
        var people = PeopleOf(contest);
        var duel = new Duel(Time);
        var inserts = new Inserts(contest, people, Size, duel);
        var relational = HasClaims(contest);
        await Parity.RequireAsync(contest, people, ct);

        report.Add(await inserts.BulkAsync("empty database", relational, ct));
        List<PatientId> patients = [];
        report.Add(await inserts.LargeAsync(relational, patients, ct));

        var reads = new Reads(contest, patients, Size, duel);
        report.Add(await reads.ByIdAsync(ct));
        report.Add(await reads.DoctorPageAsync(ct));
        foreach (var line in await reads.DeepAsync(ct)) report.Add(line);

        report.Add(await inserts.BulkAsync($"among {Size.LargeBulk * Size.LargeRounds:#,0} patients", relational, ct));
        foreach (var (callers, count) in Size.Singles) report.Add(await inserts.SinglesAsync(callers, count, relational, ct));
        if (!relational) report.Add(await inserts.SinglesAsync(Size.Singles[1].Callers, Size.Singles[1].Inserts, claims: true, ct));

        var log = new Logging(contest, people, Size, duel, Time, folder);
        report.Add(await log.DrainAsync(ct));
        report.Add(await log.AppendAsync(ct));
        foreach (var (callers, count) in Size.Singles) report.Add(await log.AppendSingleAsync(callers, count, ct));
        report.Add(await log.VerifyAsync(ct));
        report.Add(await log.LagAsync(1, ct));
        report.Add(await log.LagAsync(10, ct));

        // bcrypt is the same on every engine: measured once, where no server shares the cores.
        if (contest is not SqliteContest sqlite) return;
        report.Add(await new SignIns(sqlite, Size, duel, Time).MeasureAsync(ct));
        foreach (var line in await new Guesses(sqlite, Size, Time).MeasureAsync(ct)) report.Add(line);
    }
}

/// <summary>The servers, as <c>eng/engines.sh up</c> names them.</summary>
internal static class Servers
{
    public static string Postgres => Required("STROKECARE_TEST_POSTGRES_URL");

    public static string Mongo => Required("STROKECARE_TEST_MONGO_URI");

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: run eng/bench.sh, or export what eng/engines.sh up prints.");
}
