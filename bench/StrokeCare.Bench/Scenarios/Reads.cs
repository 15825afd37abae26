using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Bench.Scenarios;

/// <summary>Reads among all the patients that the inserts left, both sides on our own rows, one caller.</summary>
internal sealed class Reads(IContest contest, List<PatientId> patients, Sizes size, Duel duel)
{
    private const int PageSize = 50;
    private const int Seed = 20_251;

    public async Task<Line> ByIdAsync(CancellationToken ct)
    {
        var wanted = Wanted();
        var bout = await DuelAsync(async (side, i) =>
        {
            if (await side.FindAsync(wanted[i], ct) is null) throw new InvalidOperationException($"Patient {wanted[i]} is not there.");
        });
        // Only MongoDB's aim speaks of reads by id: its driver's figure with a margin.
        var aimed = contest.Aims.BulkMilliseconds is null;
        return Compared("Read one record by id", bout, aimed ? contest.Aims.Page : null);
    }

    public async Task<Line> DoctorPageAsync(CancellationToken ct)
    {
        var random = new Random(Seed);
        var doctors = Enumerable.Range(0, size.Reads).Select(_ => new UserId(1 + random.Next(SyntheticPatients.Doctors))).ToList();
        var bout = await DuelAsync((side, i) => FullPageAsync(side, new() { AssignedDoctorId = doctors[i], Limit = PageSize }, ct));
        return Compared($"Page of {PageSize} of one doctor's patients, newest first", bout, contest.Aims.Page);
    }

    /// <summary>The page far down beside the first one, both ours; and the same page by hand.</summary>
    public async Task<IReadOnlyList<Line>> DeepAsync(CancellationToken ct)
    {
        var newest = patients.OrderByDescending(id => id.Value).ToList();
        var below = newest[Math.Min(size.DeepPages * PageSize, newest.Count - PageSize - 1)];
        var first = new PatientFilter { Limit = PageSize };
        var deep = first with { Before = below };
        var depth = await duel.RunAsync(1, size.Rounds, _ => PagesAsync(contest.Ours, deep), _ => PagesAsync(contest.Ours, first));
        var bout = await DuelAsync((side, _) => FullPageAsync(side, deep, ct));
        var name = string.Create(CultureInfo.InvariantCulture, $"{size.DeepPages:#,0} pages deep by keyset");
        return
        [
            Compared($"Page of {PageSize}, {name}", bout, contest.Aims.Page),
            new Line
            {
                What = $"The page {name} beside the first page (both ours)",
                Ours = Line.Milliseconds(depth.OursMedian),
                ByHand = $"first: {Line.Milliseconds(depth.ByHandMedian)}",
                Ratio = depth.Ratio,
                Spread = depth.Spread,
                CpuRatio = depth.CpuRatio,
                Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {contest.Aims.Deep:0.0}× first"),
                Met = depth.Ratio <= contest.Aims.Deep,
            },
        ];

        Task<Sample> PagesAsync(ISide side, PatientFilter filter) => RepeatAsync(_ => FullPageAsync(side, filter, ct));
    }

    private static async Task FullPageAsync(ISide side, PatientFilter filter, CancellationToken ct)
    {
        var page = await side.ListAsync(filter, ct);
        if (page.Count != filter.Limit) throw new InvalidOperationException($"A page has {page.Count} rows: nothing was measured.");
    }

    private Task<Bout> DuelAsync(Func<ISide, int, Task> read) => duel.RunAsync(
        1, size.Rounds, _ => RepeatAsync(i => read(contest.Ours, i)), _ => RepeatAsync(i => read(contest.ByHandOnOurs, i)));

    private async Task<Sample> RepeatAsync(Func<int, Task> read)
    {
        var sample = await duel.CallersAsync(1, size.Reads, read);
        return sample with { Figure = sample.P50 };
    }

    private Line Compared(string what, Bout bout, double? aim) => new()
    {
        What = what,
        Ours = $"p50 {Line.Milliseconds(bout.OursMedian)}, p99 {Line.Milliseconds(Statistics.Median(bout.Ours.Select(s => s.P99)))}",
        ByHand = $"p50 {Line.Milliseconds(bout.ByHandMedian)}, p99 {Line.Milliseconds(Statistics.Median(bout.ByHand.Select(s => s.P99)))}",
        Ratio = bout.Ratio,
        Spread = bout.Spread,
        CpuRatio = bout.CpuRatio,
        Aim = aim is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.0}×") : "",
        Met = aim is { } limit ? bout.Ratio <= limit : null,
    };

    private List<PatientId> Wanted()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, size.Reads).Select(_ => patients[random.Next(patients.Count)])];
    }
}
