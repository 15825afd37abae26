using System.Globalization;
using System.Text.Json;
using StrokeCare.Accounts;

namespace StrokeCare.Bench.Pages;

/// <summary>What a page costs beside the plain JSON of the same data, one client and nothing else going on.</summary>
internal sealed class PageTimes(ServerProcess server, Visitors visitors, Sizes size, Duel duel, TimeProvider time)
{
    private const double Aim = 3;
    private const int Patients = 20;

    /// <summary>As many entries and appointments as the page of a patient shows.</summary>
    private const int Entries = 30;
    private const int Visits = 20;

    public async Task<IReadOnlyList<Line>> MeasureAsync(CancellationToken ct)
    {
        using var browser = await visitors.WithCookiesOfAsync(Role.Doctor);
        var api = visitors.Of(Role.Doctor);
        return [await WorkListAsync(browser, api, ct), .. await PatientAsync(browser, api, ct)];
    }

    // The API has no work list: its requests have the appointments, and as many patients as the two lists beside them show.
    private async Task<Line> WorkListAsync(HttpClient browser, HttpClient api, CancellationToken ct)
    {
        var (day, visits) = await BusyDayAsync(api, ct);
        var page = string.Create(CultureInfo.InvariantCulture, $"/work?day={day:yyyy-MM-dd}");
        string[] json = [AppointmentsOf(day), "/api/patients?limit=16"];
        Require(page, await ReadAsync(browser, page, ct), visits);
        return await CompareAsync($"The work list of a day with {visits.Count} appointments", (browser, [page]), (api, json), _ => 0, ct);
    }

    private async Task<IReadOnlyList<Line>> PatientAsync(HttpClient browser, HttpClient api, CancellationToken ct)
    {
        List<string> pages = [], parts = [], exports = [];
        foreach (var id in await IdsAsync(api, $"/api/patients?limit={Patients}", ct))
        {
            string[] asked = [$"/api/patients/{id}", $"/api/patients/{id}/risk", $"/api/patients/{id}/history?limit={Entries}", $"/api/appointments?patient_id={id}&limit={Visits}"];
            var page = $"/patients/{id}";
            Require(page, await ReadAsync(browser, page, ct), [.. await IdsAsync(api, asked[2], ct), .. await IdsAsync(api, asked[3], ct)]);
            pages.Add(page);
            parts.AddRange(asked);
            exports.Add($"/api/patients/{id}/export");
        }

        return
        [
            await CompareAsync("A patient's page beside its four parts", (browser, pages), (api, parts), i => i, ct),
            await CompareAsync("A patient's page beside the export, which has the access log too and is one row in the log for four", (browser, pages), (api, exports), i => i, ct),
        ];
    }

    // What both sides are asked for belongs together: the i-th page with its part of the requests.
    private async Task<Line> CompareAsync(
        string what, (HttpClient Client, IReadOnlyList<string> Paths) page, (HttpClient Client, IReadOnlyList<string> Paths) json, Func<int, int> turn, CancellationToken ct)
    {
        var requests = json.Paths.Count / page.Paths.Count;
        List<Sample> pages = [], answers = [];
        var bout = await duel.RunAsync(2, size.Rounds, _ => SideAsync(page.Client, page.Paths, 1, pages), _ => SideAsync(json.Client, json.Paths, requests, answers));
        return new Line
        {
            What = $"{what}, {requests} {(requests == 1 ? "request" : "requests")}",
            Ours = Told(pages),
            ByHand = $"JSON: {Told(answers)}",
            Ratio = bout.Ratio,
            Spread = bout.Spread,
            Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {Aim:0.0}×"),
            Met = bout.Ratio <= Aim,
        };

        async Task<Sample> SideAsync(HttpClient client, IReadOnlyList<string> paths, int each, List<Sample> kept)
        {
            var before = server.Cpu;
            var sample = await duel.CallersAsync(1, size.Reads, async i =>
            {
                for (var part = 0; part < each; part++) await ReadAsync(client, paths[((turn(i) * each) + part) % paths.Count], ct);
            });
            kept.Add(sample with { Figure = (server.Cpu - before).TotalMilliseconds / size.Reads });
            return new(sample.P50);
        }
    }

    private string Told(List<Sample> samples)
    {
        var measured = samples.TakeLast(size.Rounds).ToList();
        return $"p50 {Line.Milliseconds(Statistics.Median(measured.Select(s => s.P50)))}, p99 {Line.Milliseconds(Statistics.Median(measured.Select(s => s.P99)))}, processor {Line.Milliseconds(Statistics.Median(measured.Select(s => s.Figure)))}";
    }

    /// <summary>The busiest of the days to come.</summary>
    private async Task<(DateOnly Day, IReadOnlyList<string> Visits)> BusyDayAsync(HttpClient api, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        (DateOnly Day, IReadOnlyList<string> Visits) busiest = (today, []);
        for (var day = today.AddDays(1); day < today.AddDays(8); day = day.AddDays(1))
        {
            var visits = await IdsAsync(api, AppointmentsOf(day), ct);
            if (visits.Count > busiest.Visits.Count) busiest = (day, visits);
        }

        return busiest.Visits.Count > 0 ? busiest : throw new InvalidOperationException("The doctor has no appointments this week: nothing was measured.");
    }

    private static string AppointmentsOf(DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"/api/appointments?from={day:yyyy-MM-dd}T00:00:00Z&to={day.AddDays(1):yyyy-MM-dd}T00:00:00Z&limit=100");

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpClient api, string path, CancellationToken ct)
    {
        using var list = JsonDocument.Parse(await ReadAsync(api, path, ct));
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    private static async Task<string> ReadAsync(HttpClient client, string path, CancellationToken ct)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: nothing was measured. {text}");
    }

    private static void Require(string path, string html, IReadOnlyList<string> ids)
    {
        var missing = ids.Where(id => !html.Contains(id, StringComparison.Ordinal)).ToList();
        if (missing.Count > 0) throw new InvalidOperationException($"{path} does not show what the JSON has ({string.Join(", ", missing)}): the two cannot be compared.");
    }
}
