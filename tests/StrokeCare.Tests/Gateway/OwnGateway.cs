using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Gateway;

/// <summary>
/// A gateway of a test's own, in a process of its own, before the engine that the shared one stands before: it can be told
/// to fail, stopped and killed, and nobody else notices.
/// </summary>
public sealed class OwnGateway : IAsyncDisposable
{
    private const string EnginePortVariable = "DOCUMENTDB_PORT";
    private const int EnginePort = 27900;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string topology;
    private Process process;
    private bool isRunning = true;
    private int starts;
    private MongoClient? client;

    private OwnGateway(string topology, int enginePort)
    {
        (this.topology, Port) = (topology, FreePort.Find());
        // By its name the engine tells its connections from others'.
        Engine = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={enginePort};Username=postgres;Database=postgres;Application Name=gateway-{Port}");
        process = Launch();
    }

    public int Port { get; }

    /// <summary>How it connects to the engine.</summary>
    public string Engine { get; }

    public string Uri => $"mongodb://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/?directConnection=true";

    /// <summary>A client of the test itself, which no fault is meant for; after a kill, which broke all its connections, another one by another name: clients of one name share them.</summary>
    public MongoClient Client => LazyInitializer.EnsureInitialized(ref client, () => new MongoClient($"{Uri}&appName=own-gateway-{starts}"))!;

    /// <summary>Skips the test, or fails it where engines are required, when there is no such engine here: tests may run on another server.</summary>
    /// <param name="topology">What it says it is: standalone, replicaset or sharded.</param>
    /// <param name="enginePort">Where an engine of the test's own listens; the shared one when left out.</param>
    public static async Task<OwnGateway> StartAsync(string topology = "sharded", int? enginePort = null)
    {
        TestEngines.RequireMongo();
        var engine = enginePort ?? int.Parse(TestEngines.Read(EnginePortVariable) ?? $"{EnginePort}", CultureInfo.InvariantCulture);
        TestEngines.RequireOrSkip(await ListensAsync(engine) ? "" : null, "DocumentDB engine");
        var gateway = new OwnGateway(topology, engine);
        await gateway.ReadyAsync();
        return gateway;
    }

    /// <summary>SIGKILL: its sockets are closed, what it has not sent on is gone.</summary>
    public async Task KillAsync()
    {
        Interlocked.Exchange(ref client, null)?.Dispose();
        if (!isRunning) return;
        isRunning = false;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>The same address and the same engine, nothing else kept.</summary>
    public async Task StartAgainAsync()
    {
        (process, isRunning) = (Launch(), true);
        starts++;
        await ReadyAsync();
    }

    /// <summary>SIGSTOP: the kernel still takes connections and bytes, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Arms a fail point, or replaces it; each name is one of its own.</summary>
    public Task ArmAsync(string name, BsonDocument mode, BsonDocument data) =>
        ConfigureAsync(new BsonDocument { { "configureFailPoint", $"failCommand.{name}" }, { "mode", mode }, { "data", data } });

    /// <summary>How many commands it has hit; it hits no more.</summary>
    public Task<long> DisarmAsync(string name) => ConfigureAsync(new BsonDocument { { "configureFailPoint", $"failCommand.{name}" }, { "mode", "off" } });

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<long> ConfigureAsync(BsonDocument command) =>
        (await Client.GetDatabase("admin").RunCommandAsync<BsonDocument>(command))["count"].ToInt64();

    private Process Launch()
    {
        var executable = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../MongoGateway/debug/MongoGateway"));
        Assert.True(File.Exists(executable), $"{executable} is not built.");
        string[] arguments = ["--as", topology, $"{Port}", Engine];
        var start = new ProcessStartInfo(executable, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var launched = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
        // Nobody may wait for us to read what it says of each client that it lost.
        launched.BeginErrorReadLine();
        return launched;
    }

    private async Task ReadyAsync() => Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit));

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
