using System.Globalization;
using StrokeCare.Audit;
using StrokeCare.Bench.ByHand;
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

    private static readonly string[] Noted = ["carotid", "duplex"];

    private static readonly (string Operation, string Done, string Sqlite, string Mongo, bool IsOfSingles)[] Rows =
    [
        ("Insert 1000 patients", "one call, on disk", "2.5 s", "0.8 s", false),
        ("Query by doctor (indexed)", "the newest 100 of a doctor's", "50 ms", "15 ms", false),
        ("Full-text search", "two words of the history, and whose it is", "200 ms", "45 ms", false),
        ("Concurrent writes (10 users)", "10 at once, 10 patients each, from the first to the last answer", "locks, fails", "180 ms", true),
        ("Analytics aggregation", "counts, average age and risk of each level, nothing cached", "350 ms", "120 ms", false),
    ];

    // What an operation may cost above the bare driver.
    private const double Aim = 1.3;
    private const double AimOfSingles = 1.5;

    private readonly Dictionary<string, Bout[]> took = new(StringComparer.Ordinal);

    /// <summary>Medians of the rounds; beside the bare driver, turn and turn about, where the records are in MongoDB.</summary>
    public async Task MeasureAsync(string engine, ClinicStores clinic, Sizes size, Duel duel, TimeProvider time, CancellationToken ct)
    {
        var people = new SyntheticPatients(Seed, new AuditTrail(clinic.Relational.Log, time), time);
        var ours = Work.Of(clinic, new OurSide(clinic.Patients), people, size, time, ct);
        var bare = clinic.BareDriver is { } driver ? Work.Of(clinic, driver, people, size, ct) : null;
        var bouts = new List<Bout>();
        for (var row = 0; row < Rows.Length; row++)
        {
            var (mine, theirs) = (ours[row], bare?[row]);
            bouts.Add(theirs is null
                ? await duel.RunAloneAsync(1, size.Rounds, TimedAsync(mine))
                : await duel.RunAsync(1, size.Rounds, TimedAsync(mine), TimedAsync(theirs)));
        }

        took[engine] = [.. bouts];

        Func<int, Task<Sample>> TimedAsync(Func<int, Task> work) => async round => new(await duel.MillisecondsAsync(() => work(round)));
    }

    public string ToMarkdown()
    {
        var engines = took.Keys.ToList();
        var lines = Rows.Select((row, i) =>
            $"| {row.Operation} | {row.Done} | {row.Sqlite} | {row.Mongo} | {string.Join(" | ", engines.Select(engine => Line.Milliseconds(took[engine][i].OursMedian)))} |");
        return string.Create(CultureInfo.InvariantCulture, $"""

            ## The published table, row by row

            What an earlier design of this system printed for SQLite and MongoDB, without machine or method, beside what was measured here in the clinic above.

            | operation | done here | printed, SQLite | printed, MongoDB | {string.Join(" | ", engines)} |
            |---|---|---|---|{string.Concat(Enumerable.Repeat("---|", engines.Count))}
            {string.Join("\n", lines)}

            """) + string.Concat(engines.Where(engine => took[engine][0].ByHand.Count > 0).Select(BesideTheDriver));
    }

    private string BesideTheDriver(string engine) => $"""

        The same on {engine} beside the bare driver: the same documents (with the change that the log is made of) and queries, on the same collections in the same rounds. A search of ours also writes its row of the log.

        | operation | ours | bare driver | ours ÷ bare driver (lowest–highest of a pair of rounds) | CPU ÷ | aim | met |
        |---|---|---|---|---|---|---|
        {string.Join("\n", Rows.Zip(took[engine], (row, bout) => Of(row.Operation, bout, row.IsOfSingles ? AimOfSingles : Aim)))}

        """;

    private static Line Of(string operation, Bout bout, double aim) => new()
    {
        What = operation,
        Ours = Line.Milliseconds(bout.OursMedian),
        ByHand = Line.Milliseconds(bout.ByHandMedian),
        Ratio = bout.Ratio,
        Spread = bout.Spread,
        CpuRatio = bout.CpuRatio,
        Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {aim:0.0}"),
        Met = bout.Ratio <= aim,
    };

    /// <summary>A round of each row, in their order, for one side.</summary>
    private static class Work
    {
        public static Func<int, Task>[] Of(ClinicStores clinic, OurSide side, SyntheticPatients people, Sizes size, TimeProvider time, CancellationToken ct)
        {
            var search = new SearchPatientsHandler(clinic.Patients, clinic.History, new AuditTrail(clinic.Relational.Log, time));
            var command = new SearchPatients { Q = $"\"{string.Join(' ', Noted)}\"" };
            return Of(
                clinic, side, people, size, async () => await search.HandleAsync(command, Accounts.Actor.Operator, ct) is { Succeeded: true } found ? found.Value.Items.Count : 0,
                () => clinic.Analytics.RiskGroupsAsync(null, ct), ct);
        }

        public static Func<int, Task>[] Of(ClinicStores clinic, MongoByHand side, SyntheticPatients people, Sizes size, CancellationToken ct) => Of(
            clinic, side, people, size, async () => (await side.NotedAsync(Noted, SearchPatients.DefaultLimit, ct)).Count, () => clinic.ByHand.RiskGroupsAsync(ct), ct);

        private static Func<int, Task>[] Of(ClinicStores clinic, ISide side, SyntheticPatients people, Sizes size, Func<Task<int>> searchAsync, Func<Task> countAsync, CancellationToken ct)
        {
            var batches = Enumerable.Range(0, size.Rounds + 1).Select(_ => people.Next(Inserted)).ToList();
            var writes = Enumerable.Range(0, size.Rounds + 1).Select(_ => people.Next(Users * WritesOfEach)).ToList();
            return
            [
                round => side.AddManyAsync(batches[round], ct),
                async round => RequireSome((await side.ListAsync(new() { AssignedDoctorId = clinic.People.Doctors[round % clinic.People.Doctors.Count].Id, Limit = 100 }, ct)).Count, "A doctor has no patients"),
                async _ => RequireSome(await searchAsync(), "No history has these words"),
                round => Task.WhenAll(Enumerable.Range(0, Users).Select(user => Task.Run(() => WriteAsync(writes[round].GetRange(user * WritesOfEach, WritesOfEach)), ct))),
                _ => countAsync(),
            ];

            async Task WriteAsync(IEnumerable<PatientAdded> mine)
            {
                foreach (var one in mine) await side.AddAsync(one, ct);
            }
        }

        private static void RequireSome(int found, string otherwise)
        {
            if (found == 0) throw new InvalidOperationException($"{otherwise}: nothing was measured.");
        }
    }
}
