using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>The real server, as built for tests (failpoints in), in a process of its own that can be killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int LogLines = 150;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(40);
    private static int lastPort = 10_000 + (Environment.ProcessId % 900 * 20);

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();
    private readonly Dictionary<string, int> strikes = new(StringComparer.Ordinal);
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    private bool disposed;

    private ServerProcess(Process process, Uri address)
    {
        (this.process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public bool HasExited => disposed || process.HasExited;

    /// <summary>The last lines the server wrote.</summary>
    public string Log
    {
        get
        {
            lock (gate) return string.Join('\n', lines);
        }
    }

    /// <param name="stores">What it serves.</param>
    /// <param name="wrapper">A command and its arguments that runs the server, such as strace; empty for none.</param>
    public static ServerProcess Start(ClinicStores stores, params IReadOnlyList<string> wrapper) => Start(stores, stores.Environment, wrapper);

    /// <param name="stores">What it serves.</param>
    /// <param name="environment">How it is told of them.</param>
    /// <param name="wrapper">As above.</param>
    public static ServerProcess Start(ClinicStores stores, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> wrapper)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] command = [.. wrapper, ServerProgram.Executable];
        var start = ServerBuild.StartInfo(command[0], command[1..], environment);
        start.Environment["STROKECARE_URLS"] = address.ToString().TrimEnd('/');
        start.Environment["STROKECARE_FAILPOINT"] = stores.Trap.Setting;
        return new ServerProcess(new Process { StartInfo = start }, address);
    }

    /// <summary>How often this point has struck in the process.</summary>
    public int Strikes(string point)
    {
        lock (gate) return strikes.GetValueOrDefault(point);
    }

    /// <summary>Its resident memory in MiB, as the kernel counts it.</summary>
    public long MemoryMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Waits until it is ready; false if it died before.</summary>
    public async Task<bool> ReadyAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (!process.HasExited)
        {
            if (await AnswersAsync()) return true;
            if (Stopwatch.GetElapsedTime(since) > StartLimit) throw new TimeoutException($"Not ready within {StartLimit}:\n{Log}");
            await Task.Delay(30);
        }

        await process.WaitForExitAsync();
        return false;
    }

    /// <summary>Waits until it is ready; a death on the way is an error with its log.</summary>
    public async Task<ServerProcess> MustBeReadyAsync() =>
        await ReadyAsync() ? this : throw new InvalidOperationException($"The server died at its start:\n{Log}");

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Waits for a death by itself.</summary>
    public async Task<bool> DiesWithinAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return process.HasExited;
        }
    }

    /// <summary>SIGTERM, and the exit code of an orderly end.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        if (!await DiesWithinAsync(TimeSpan.FromSeconds(20))) throw new TimeoutException($"It did not stop within 20 s of SIGTERM:\n{Log}");
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        if (!process.HasExited) await KillAsync();
        process.Dispose();
        probe.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Address, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (NoAnswer.Is(notYet))
        {
            return false;
        }
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (gate)
        {
            if (line.Split(' ') is ["failpoint", var point, _]) CountStrike(point.TrimEnd(':'));
            if (lines.Count == LogLines) lines.Dequeue();
            lines.Enqueue(line);
        }
    }

    private void CountStrike(string point) => strikes[point] = strikes.GetValueOrDefault(point) + 1;

    // Below the range the kernel hands out by itself, so that nobody's outgoing connection takes it in between.
    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref lastPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
