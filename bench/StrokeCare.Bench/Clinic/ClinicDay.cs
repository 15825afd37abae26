using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Bench.Clinic;

/// <summary>What a clinic does all day, as the operations that its portal runs: searches, slots, counts, bookings. One caller, unless said otherwise.</summary>
internal sealed class ClinicDay(ClinicStores clinic, Sizes size, Duel duel, TimeProvider time)
{
    private const int Seed = 20_263;
    private const int Clients = 10;
    private const int FirstHour = 8;

    private readonly AuditTrail audit = new(clinic.Relational.Log, time);

    public async Task<IReadOnlyList<Line>> MeasureAsync(CancellationToken ct) =>
    [
        .. await SelectiveAsync(ct), await WorstAsync(ct), await SlotsAsync(ct), .. await CountsAsync(ct), await BookingsAsync(ct),
    ];

    private async Task<IReadOnlyList<Line>> SelectiveAsync(CancellationToken ct)
    {
        var random = new Random(Seed);
        (string What, Func<PatientDetails, string> Of)[] kinds =
        [
            ("by number", who => who.Mrn!), ("by whole name", who => $"{who.FirstName} {who.LastName}"),
            ("by last name and date of birth", who => $"{who.LastName} {who.DateOfBirth:yyyy-MM-dd}"),
        ];
        var lines = new List<Line>();
        foreach (var (what, textOf) in kinds)
        {
            var asked = Enumerable.Range(0, 2 * size.Reads).Select(_ => textOf(clinic.Records.Patients[random.Next(clinic.Records.Patients.Count)].Details)).ToList();
            lines.Add(await SearchAsync($"Search {what}", asked, 10, mustFind: true, ct));
        }

        return lines;
    }

    /// <summary>Every letter, common names and slips in them are tried; the dearest of them is the one.</summary>
    private async Task<Line> WorstAsync(CancellationToken ct)
    {
        var common = clinic.Records.Patients.Take(2_000).SelectMany(one => new[] { one.Details.FirstName!, one.Details.LastName! })
            .GroupBy(name => name, StringComparer.Ordinal).OrderByDescending(names => names.Count()).Take(10).Select(names => names.Key).ToList();
        List<string> tried = [.. "abcdefghijklmnopqrstuvwxyz".Select(letter => letter.ToString()), .. common, .. common.Select(name => name.Remove(1, 1)), $"{common[0][..^1]} {common[1][..^1]}"];
        var handler = Handler();
        var worst = ("", Took: 0.0);
        foreach (var text in tried)
        {
            var took = await RepeatAsync(5, _ => AskAsync(handler, text, ct));
            if (took.P50 > worst.Took) worst = (text, took.P50);
        }

        return await SearchAsync($"Search for the dearest of {tried.Count} terms (`{worst.Item1}`)", [.. Enumerable.Repeat(worst.Item1, 2 * size.Reads)], 50, mustFind: false, ct);
    }

    private async Task<Line> SearchAsync(string what, List<string> asked, double aim, bool mustFind, CancellationToken ct)
    {
        var handler = Handler();
        // A term that finds nobody may be the dearest; one that is somebody's own must find somebody.
        // The portal serves for days: as many are asked for first, by when all is compiled for good.
        var count = asked.Count / 2;
        await RepeatAsync(count, i => AskAsync(handler, asked[count + i], ct));
        GC.Collect();
        var found = 0;
        var took = await RepeatAsync(count, async i => found += await AskAsync(handler, asked[i], ct) > 0 ? 1 : 0);
        if (mustFind && found < count) throw new InvalidOperationException($"{count - found} searches that must find somebody found nobody: nothing was measured.");
        return Bounded(what, took, aim);
    }

    private async Task<Line> SlotsAsync(CancellationToken ct)
    {
        var handler = new GetSlotsHandler(new(clinic.Relational.DoctorHours, clinic.Appointments, clinic.Clock, time), clinic.Relational.Users, time);
        var today = clinic.Clock.At(time.GetUtcNow()).Date;
        Task<Sample> OursAsync(int round) => RepeatAsync(size.Reads, SlotsOfAsync);
        var bout = clinic.BareDriver is { } bare
            ? await duel.RunAsync(1, size.Rounds, OursAsync, _ => RepeatAsync(size.Reads, i => bare.BusyAsync(Doctor(i), BeginOf(i) - AppointmentRules.Longest, BeginOf(i).AddDays(1), ct)))
            : await duel.RunAloneAsync(1, size.Rounds, OursAsync);
        var line = Bounded("Slots of a doctor's day", Middle(bout.Ours), 2);
        return bout.ByHand.Count == 0 ? line : line with { ByHand = Times(Middle(bout.ByHand)), CpuRatio = bout.CpuRatio };

        UserId Doctor(int i) => clinic.People.Doctors[i % clinic.People.Doctors.Count].Id;
        DateOnly Day(int i) => today.AddDays(1 + (i / clinic.People.Doctors.Count % 14));
        DateTimeOffset BeginOf(int i) => clinic.Clock.BeginOf(Day(i), TimeOnly.MinValue);
        async Task SlotsOfAsync(int i) => Require(await handler.HandleAsync(Doctor(i), Day(i), AppointmentRules.UsualMinutes, ct));
    }

    /// <summary>Medians over the rounds.</summary>
    private static Sample Middle(IReadOnlyCollection<Sample> rounds) => new(
        Statistics.Median(rounds.Select(r => r.Figure)), Statistics.Median(rounds.Select(r => r.P50)), Statistics.Median(rounds.Select(r => r.P99)), Statistics.Median(rounds.Select(r => r.P95)));

    private async Task<IReadOnlyList<Line>> CountsAsync(CancellationToken ct)
    {
        using var tail = new LogTail(clinic.Relational.Log, time);
        using var cache = new AnalyticsCache(clinic.Changed, tail, clinic.Relational.Log, time, NullLogger<AnalyticsCache>.Instance);
        var handler = new GetRiskDistributionHandler(clinic.Analytics, cache, audit);
        Require(await handler.HandleAsync(Actor.Operator, ct));
        var cached = await RepeatAsync(size.Reads, async _ => Require(await handler.HandleAsync(Actor.Operator, ct)));
        var bout = await duel.RunAsync(1, size.Rounds, _ => CountAsync(() => clinic.Analytics.RiskGroupsAsync(null, ct)), _ => CountAsync(() => clinic.ByHand.RiskGroupsAsync(ct)));
        return
        [
            Bounded("Risk distribution of all patients, counted before", cached, 0.1),
            new Line
            {
                What = "The same, counted anew; by hand is the bare statement or pipeline",
                Ours = Line.Milliseconds(bout.OursMedian),
                ByHand = Line.Milliseconds(bout.ByHandMedian),
                Ratio = bout.Ratio,
                Spread = bout.Spread,
                CpuRatio = bout.CpuRatio,
            },
        ];

        async Task<Sample> CountAsync(Func<Task> count)
        {
            var sample = await RepeatAsync(Math.Max(3, size.Reads / 25), _ => count());
            return sample with { Figure = sample.P50 };
        }
    }

    private async Task<Line> BookingsAsync(CancellationToken ct)
    {
        var calendar = new ClinicCalendar(clinic.Relational.DoctorHours, clinic.Appointments, clinic.Clock, time);
        var handler = new BookAppointmentHandler(
            clinic.Appointments, clinic.Patients, clinic.Relational.Users, clinic.Relational.IdempotencyKeys, calendar, new ClinicalIds(time), audit, time);
        var (doctors, patients) = (clinic.People.Doctors, clinic.Records.Patients);
        // Behind the weeks that the clinic has filled, every half hour of every doctor's in turn; an appointment each.
        var first = clinic.Clock.At(time.GetUtcNow()).Date.AddDays(60);
        var took = await duel.CallersAsync(Clients, size.Bookings, async i =>
        {
            var (slot, doctor) = (i / doctors.Count, doctors[i % doctors.Count]);
            var wanted = new BookAppointment
            {
                DoctorId = doctor.Id,
                PatientId = patients[i * 7 % patients.Count].Id,
                AppointmentDate = first.AddDays(slot / 16),
                AppointmentTime = new TimeOnly(FirstHour, 0).AddMinutes(slot % 16 * 30),
                Reason = "Follow-up after stroke",
            };
            Require(await handler.HandleAsync(wanted, Actor.Operator, null, ct));
        });
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"Bookings by {Clients} clients at once, {size.Bookings:#,0} in all"),
            Ours = $"{Line.PerSecond(took.Figure)}, p50 {Line.Milliseconds(took.P50)}, p99 {Line.Milliseconds(took.P99)}",
        };
    }

    private SearchPatientsHandler Handler() => new(clinic.Patients, clinic.History, audit);

    private static async Task<int> AskAsync(SearchPatientsHandler handler, string text, CancellationToken ct) =>
        Require(await handler.HandleAsync(new() { Q = text }, Actor.Operator, ct)).Items.Count;

    private static T Require<T>(Result<T> result) => result.Succeeded ? result.Value : throw new InvalidOperationException($"An operation was refused: {result.Error.Code}.");

    private Task<Sample> RepeatAsync(int count, Func<int, Task> operation) => duel.CallersAsync(1, count, operation);

    private static string Times(Sample took) => $"p50 {Line.Milliseconds(took.P50)}, p95 {Line.Milliseconds(took.P95)}";

    private static Line Bounded(string what, Sample took, double aim) => new()
    {
        What = what,
        Ours = Times(took),
        Aim = string.Create(CultureInfo.InvariantCulture, $"p95 ≤ {aim:0.##} ms"),
        Met = took.P95 <= aim,
    };
}
