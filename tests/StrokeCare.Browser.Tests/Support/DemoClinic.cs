using System.Diagnostics;
using StrokeCare.Changes;
using StrokeCare.Server.Tests;
using StrokeCare.Tests;

namespace StrokeCare.Browser.Tests.Support;

/// <summary>A real server process on a demonstration of its own: what runs in <c>./run.sh demo</c>.</summary>
public sealed class DemoClinic : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strokecare-browser-");
    private readonly Queue<string> lines = new();
    private Process? process;

    public string Address { get; private set; } = "";

    /// <summary>Where mails are dropped.</summary>
    public string Mails => Path.Combine(folder.FullName, "mail");

    /// <summary>Past the product: how a test makes time pass that a real process would have to wait for.</summary>
    public string Database => Path.Combine(folder.FullName, "stroke_care.db");

    private string Failpoints => Path.Combine(folder.FullName, "failpoint");

    /// <summary>An import waits for half a second after each batch of a thousand from now on, so that its page can be used before its end.</summary>
    public void SlowImports() => File.WriteAllText(Failpoints, "import.after_batch:slow:1");

    public void UsualImports() => File.WriteAllText(Failpoints, "");

    public async ValueTask InitializeAsync()
    {
        Address = $"http://127.0.0.1:{FreePort.Find()}";
        var start = new ProcessStartInfo("dotnet", [ServerProgram.Dll, "demo", "--patients", "80"])
        {
            WorkingDirectory = folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "DATABASE_URL", "USE_MONGODB", "MONGO_URI", "USE_MONGODB_USERS", "SMTP_URL" }) start.Environment.Remove(name);
        start.Environment["STROKECARE_URLS"] = Address;
        start.Environment["STROKECARE_INSTANCE"] = folder.FullName;
        start.Environment[Failpoint.Variable] = $"@{Failpoints}";
        UsualImports();
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task ReadyAsync()
    {
        using var probe = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var since = Stopwatch.StartNew(); since.Elapsed < StartLimit; await Task.Delay(100))
        {
            if (process!.HasExited) throw new InvalidOperationException($"The server ended at its start:\n{Log()}");
            try
            {
                using var answer = await probe.GetAsync(new Uri($"{Address}/health/ready"));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        throw new TimeoutException($"Not ready within {StartLimit}:\n{Log()}");
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            if (lines.Count == 200) lines.Dequeue();
            lines.Enqueue(line);
        }
    }

    private string Log()
    {
        lock (lines) return string.Join('\n', lines);
    }
}
