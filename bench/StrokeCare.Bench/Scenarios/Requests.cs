using System.Globalization;

namespace StrokeCare.Bench.Scenarios;

/// <summary>The whole portal over HTTP: what one authorised, audited read costs beside an anonymous probe.</summary>
internal sealed class Requests(ServerProcess server, Sizes size, Duel duel)
{
    private const int Callers = 10;

    /// <summary>Processor time of the portal per request, the one beside the other.</summary>
    public async Task<IReadOnlyList<Line>> MeasureAsync(string patientId, CancellationToken ct)
    {
        var patient = new Uri($"/api/patients/{patientId}", UriKind.Relative);
        var live = new Uri("/health/live", UriKind.Relative);
        var count = size.Reads * 3;
        List<Sample> reads = [], probes = [];
        var bout = await duel.RunAsync(2, size.Rounds, _ => SideAsync(patient, reads), _ => SideAsync(live, probes));
        return
        [
            new Line
            {
                What = "Portal's processor time per request: GET a patient, authorised and audited, beside anonymous `/health/live`",
                Ours = Line.Milliseconds(bout.OursMedian),
                ByHand = $"probe: {Line.Milliseconds(bout.ByHandMedian)}",
                Ratio = bout.Ratio,
                Spread = bout.Spread,
                Aim = "≤ 4× the probe",
                Met = bout.Ratio <= 4,
            },
            new Line
            {
                What = string.Create(CultureInfo.InvariantCulture, $"The same at the client, {Callers} callers on the same two cores"),
                Ours = Rate(reads),
                ByHand = $"probe: {Rate(probes)}",
            },
        ];

        async Task<Sample> SideAsync(Uri path, List<Sample> kept)
        {
            var before = server.Cpu;
            var sample = await duel.CallersAsync(Callers, count, async _ =>
            {
                using var answer = await server.Client.GetAsync(path, ct);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(ct);
            });
            kept.Add(sample);
            return new((server.Cpu - before).TotalMilliseconds / count);
        }
    }

    private string Rate(List<Sample> samples)
    {
        var measured = samples.TakeLast(size.Rounds).ToList();
        return $"{Line.PerSecond(Statistics.Median(measured.Select(s => s.Figure)))}, p50 {Line.Milliseconds(Statistics.Median(measured.Select(s => s.P50)))}, p99 {Line.Milliseconds(Statistics.Median(measured.Select(s => s.P99)))}";
    }
}
