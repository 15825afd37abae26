using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using MongoGateway;

// usage: MongoGateway [--as standalone|replicaset|sharded] [port] [engine connection string]
// Prints "ready" on one line once it accepts connections; SIGTERM and Ctrl-C stop it cleanly.
var named = Array.IndexOf(args, "--as");
var topology = named < 0 ? Topology.Sharded : Enum.Parse<Topology>(args[named + 1], ignoreCase: true);
var rest = named < 0 ? args : [.. args[..named], .. args[(named + 2)..]];
var port = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 27018;
var address = rest.Length > 1 ? rest[1] : "Host=127.0.0.1;Port=27900;Username=postgres;Database=postgres";

await using var engine = new Engine(address, TimeProvider.System);
await engine.CheckAsync();
await GivenReplies.PrepareAsync(engine);
await WriteOutcome.PrepareAsync(engine);
using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using var server = new GatewayServer(new IPEndPoint(IPAddress.Loopback, port), topology, engine, TimeProvider.System);
Console.WriteLine("ready");
await server.RunAsync(stopping.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
