using System.Globalization;
using System.Net;

namespace StrokeCare.Bench.Scenarios;

/// <summary>
/// What readers of records notice of a flood of sign-ins: a few steady clients with and without it, and how the flood
/// itself is answered. Some of its sign-ins are good ones, so that no limit on failures ends it before the desk does.
/// </summary>
internal sealed class Flood(ServerProcess server, Sizes size, TimeProvider time)
{
    private const int Clients = 4;
    private const int SignInsPerSecond = 200;

    /// <summary>So few of them wait for one account at a time that its own attempts do not lock it.</summary>
    private const int Accounts = 16;

    /// <summary>A steady client asks this often, or as soon as it has its answer if that is later.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Long enough for the sign-in's code to be compiled for speed: that takes a core for half a second.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Line>> MeasureAsync(string patientId, CancellationToken ct)
    {
        var patient = new Uri($"/api/patients/{patientId}", UriKind.Relative);
        for (var i = 0; i < Accounts; i++) await server.RegisterAccountAsync(Known(i), ct);
        // Each returns when its last sign-in is answered: nothing of the one is left at the desk when the next begins.
        await FloodAsync("warm-up", WarmUp, ct);
        await ReadAsync(patient, WarmUp, ct);

        var calm = await ReadAsync(patient, size.Flood, ct);
        var flooding = FloodAsync("flood", size.Flood, ct);
        var flooded = await ReadAsync(patient, size.Flood, ct);
        return Lines(calm, flooded, await flooding);
    }

    private static List<Line> Lines(List<double> calm, List<double> flooded, List<Answer> answers)
    {
        var ratio = Statistics.Percentile(flooded, 99) / Statistics.Percentile(calm, 99);
        var refusals = answers.Where(a => a.Status == HttpStatusCode.ServiceUnavailable).Select(a => a.Milliseconds).ToList();
        return
        [
            new Line
            {
                What = string.Create(CultureInfo.InvariantCulture, $"GET a patient, {Clients} steady clients, in a flood of {SignInsPerSecond} sign-ins a second; p99 beside that without a flood"),
                Ours = Percentiles(flooded),
                ByHand = $"no flood: {Percentiles(calm)}",
                Ratio = ratio,
                Aim = "p99 ≤ 2× without",
                Met = ratio <= 2,
            },
            new Line
            {
                What = string.Create(CultureInfo.InvariantCulture, $"How the flood's {answers.Count:#,0} sign-ins were answered"),
                Ours = string.Join(", ", new[] { 200, 401, 429, 503 }.Select(status => string.Create(CultureInfo.InvariantCulture, $"{status}: {answers.Count(a => (int)a.Status == status):#,0}"))),
            },
            new Line
            {
                What = "Time to a 503, at the client",
                Ours = refusals.Count == 0 ? "none" : Percentiles(refusals),
                Aim = "p99 ≤ 50 ms",
                Met = refusals.Count == 0 ? null : Statistics.Percentile(refusals, 99) <= 50,
            },
        ];
    }

    private static string Percentiles(List<double> milliseconds) =>
        $"p50 {Line.Milliseconds(Statistics.Percentile(milliseconds, 50))}, p99 {Line.Milliseconds(Statistics.Percentile(milliseconds, 99))}";

    private static string Known(int account) => string.Create(CultureInfo.InvariantCulture, $"flooded.{account}");

    /// <summary>How long each read took, in milliseconds.</summary>
    private async Task<List<double>> ReadAsync(Uri patient, TimeSpan during, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(ClientAsync, ct)));
        return [.. took.SelectMany(t => t)];

        async Task<List<double>> ClientAsync()
        {
            List<double> mine = [];
            while (time.GetElapsedTime(began) < during)
            {
                var at = time.GetTimestamp();
                using var answer = await server.Client.GetAsync(patient, ct);
                answer.EnsureSuccessStatusCode();
                var elapsed = time.GetElapsedTime(at);
                mine.Add(elapsed.TotalMilliseconds);
                if (elapsed < Pace) await Task.Delay(Pace - elapsed, time, ct);
            }

            return mine;
        }
    }

    /// <summary>Sends at its own pace, whether or not anything is answered; returns when everything is.</summary>
    private async Task<List<Answer>> FloodAsync(string name, TimeSpan during, CancellationToken ct)
    {
        List<Task<Answer>> sent = [];
        var began = time.GetTimestamp();
        for (var elapsed = TimeSpan.Zero; elapsed < during; elapsed = time.GetElapsedTime(began))
        {
            for (var due = elapsed.TotalSeconds * SignInsPerSecond; sent.Count < due;) sent.Add(SignInAsync(Username(name, sent.Count), ct));
            await Task.Delay(TimeSpan.FromSeconds(1.0 / SignInsPerSecond), time, ct);
        }

        return [.. await Task.WhenAll(sent)];
    }

    // Every other one with a good password; the others with names that nobody has, each tried once.
    private static string Username(string name, int number) =>
        number % 2 == 0 ? Known(number / 2 % Accounts) : string.Create(CultureInfo.InvariantCulture, $"{name}-nobody.{number}");

    private async Task<Answer> SignInAsync(string username, CancellationToken ct)
    {
        var at = time.GetTimestamp();
        using var answer = await server.SignInAsync(username, ct);
        return new(answer.StatusCode, time.GetElapsedTime(at).TotalMilliseconds);
    }

    private readonly record struct Answer(HttpStatusCode Status, double Milliseconds);
}
