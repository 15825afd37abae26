using System.Globalization;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Bench.Clinic;

/// <summary>
/// The five operations for which the system that this one follows published times on SQLite and MongoDB, row by row, in
/// this clinic. How it measured is not known: each row says what was done here.
/// </summary>
internal sealed class PublishedTable
{
    private const int Inserted = 1_000;
    private const int Users = 10;
    private const int WritesOfEach = 10;
    private const int Seed = 20_264;

    private static readonly (string Operation, string Done, string Sqlite, string Mongo)[] Rows =
    [
        ("Insert 1000 patients", "one call, on disk", "2.5 s", "0.8 s"),
        ("Query by doctor (indexed)", "the newest 100 of a doctor's", "50 ms", "15 ms"),
        ("Full-text search", "two words of the history, and whose it is", "200 ms", "45 ms"),
        ("Concurrent writes (10 users)", "10 at once, 10 patients each, from the first to the last answer", "locks, fails", "180 ms"),
        ("Analytics aggregation", "counts, average age and risk of each level, nothing cached", "350 ms", "120 ms"),
    ];

    private readonly Dictionary<string, double[]> took = new(StringComparer.Ordinal);

    /// <summary>Medians of the rounds, in milliseconds.</summary>
    public async Task MeasureAsync(string engine, ClinicStores clinic, Sizes size, Duel duel, TimeProvider time, CancellationToken ct)
    {
        var audit = new AuditTrail(clinic.Relational.Log, time);
        var people = new SyntheticPatients(Seed, audit, time);
        var search = new SearchPatientsHandler(clinic.Patients, clinic.History, audit);
        var ours = new OurSide(clinic.Patients);
        var batches = Enumerable.Range(0, size.Rounds + 1).Select(_ => people.Next(Inserted)).ToList();
        var writes = Enumerable.Range(0, size.Rounds + 1).Select(_ => people.Next(Users * WritesOfEach)).ToList();
        took[engine] =
        [
            await MedianAsync(round => ours.AddManyAsync(batches[round], ct)),
            await MedianAsync(async round =>
            {
                var page = await clinic.Patients.ListAsync(new() { AssignedDoctorId = clinic.People.Doctors[round % clinic.People.Doctors.Count].Id, Limit = 100 }, ct);
                if (page.Count == 0) throw new InvalidOperationException("A doctor has no patients: nothing was measured.");
            }),
            await MedianAsync(async _ =>
            {
                var found = await search.HandleAsync(new() { Q = "\"carotid duplex\"" }, Accounts.Actor.Operator, ct);
                if (!found.Succeeded || found.Value.Items.Count == 0) throw new InvalidOperationException("No history has these words: nothing was measured.");
            }),
            await MedianAsync(round => duel.CallersAsync(Users, Users * WritesOfEach, i => ours.AddAsync(writes[round][i], ct))),
            await MedianAsync(_ => clinic.Analytics.RiskGroupsAsync(null, ct)),
        ];

        async Task<double> MedianAsync(Func<int, Task> work) =>
            (await duel.RunAloneAsync(1, size.Rounds, async round => new Sample(await duel.MillisecondsAsync(() => work(round))))).OursMedian;
    }

    public string ToMarkdown()
    {
        var engines = took.Keys.ToList();
        var lines = Rows.Select((row, i) =>
            $"| {row.Operation} | {row.Done} | {row.Sqlite} | {row.Mongo} | {string.Join(" | ", engines.Select(engine => Line.Milliseconds(took[engine][i])))} |");
        return string.Create(CultureInfo.InvariantCulture, $"""

            ## The published table, row by row

            What an earlier design of this system printed for SQLite and MongoDB, without machine or method, beside what was measured here in the clinic above.

            | operation | done here | printed, SQLite | printed, MongoDB | {string.Join(" | ", engines)} |
            |---|---|---|---|{string.Concat(Enumerable.Repeat("---|", engines.Count))}
            {string.Join("\n", lines)}

            """);
    }
}
