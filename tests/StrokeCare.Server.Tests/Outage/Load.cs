using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Crash;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Outage;

/// <summary>What is asked for: clinical records, which are in MongoDB, a sign-in, which is not, or whether the portal is ready.</summary>
internal enum Asked
{
    Read,
    List,
    Write,
    SignIn,
    Readiness,
}

/// <summary>One request and its answer, on the clock of <see cref="Stopwatch"/>.</summary>
internal sealed record Measured(Asked Asked, TimeSpan Started, TimeSpan Took, HttpStatusCode Status, string Body)
{
    public bool IsClinical => Asked is Asked.Read or Asked.List or Asked.Write;

    public TimeSpan Ended => Started + Took;

    public bool RefusedWell { get; init; }
}

/// <summary>Clients of a portal that ask again and again, each as soon as it has its answer and a breath.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly ServerProcess server;
    private readonly SignIns signIns;
    private readonly CancellationTokenSource stopping = new();
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Measured> measured = [];
    private readonly List<Task> clients = [];
    private int lastWrite;

    public Load(ServerProcess server, SignIns signIns, string record)
    {
        (this.server, this.signIns) = (server, signIns);
        for (var i = 0; i < 3; i++) Run(Asked.Read, http => http.GetAsync($"{Http.PatientsPath}/{record}"));
        for (var i = 0; i < 3; i++) Run(Asked.Write, WriteAsync);
        Run(Asked.List, http => http.GetAsync($"{Http.PatientsPath}?limit=10"));
        Run(Asked.SignIn, http => http.PostAsJsonAsync("/api/auth/login", new { username = SignIns.Doctor, password = SignIns.Password }));
        Run(Asked.Readiness, http => http.GetAsync("/health/ready"));
    }

    public TimeSpan Now => Stopwatch.GetElapsedTime(began);

    public IReadOnlyList<Measured> Measured => [.. measured];

    /// <summary>The records that clients were told are there, by their numbers.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = [];

    /// <summary>The numbers of records whose writing was refused: they may be there or not.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = [];

    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(clients);
    }

    /// <summary>Once more, by the key of the first time.</summary>
    public async Task<HttpResponseMessage> WriteAsync(HttpClient http, string mrn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Http.Register) { Content = Http.Json(Http.APatient(mrn)) };
        request.Headers.Add("Idempotency-Key", mrn);
        return await http.SendAsync(request);
    }

    public HttpClient NewClient() => new()
    {
        BaseAddress = server.Address,
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", signIns.AdminToken) },
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private async Task<HttpResponseMessage> WriteAsync(HttpClient http)
    {
        var mrn = string.Create(CultureInfo.InvariantCulture, $"L-{Interlocked.Increment(ref lastWrite)}");
        var answer = await WriteAsync(http, mrn);
        if (answer.StatusCode == HttpStatusCode.Created) Acknowledged[mrn] = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        else Refused[mrn] = true;
        return answer;
    }

    private void Run(Asked asked, Func<HttpClient, Task<HttpResponseMessage>> ask) => clients.Add(Task.Run(async () =>
    {
        using var http = NewClient();
        while (!stopping.IsCancellationRequested)
        {
            var started = Now;
            using var answer = await ask(http);
            var body = await answer.Content.ReadAsStringAsync();
            var refusedWell = answer.Headers.RetryAfter is not null && body.Contains("\"store.unavailable\"", StringComparison.Ordinal);
            measured.Enqueue(new(asked, started, Now - started, answer.StatusCode, answer.IsSuccessStatusCode ? "" : body) { RefusedWell = refusedWell });
            await Task.Delay(Breath);
        }
    }));
}
