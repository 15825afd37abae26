using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using MongoGateway;

// usage: MongoGateway [port] [engine connection string]
// Prints "ready" on one line once it accepts connections; SIGTERM and Ctrl-C stop it cleanly.
var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 27018;
var address = args.Length > 1 ? args[1] : "Host=127.0.0.1;Port=27900;Username=postgres;Database=postgres";

await using var engine = new Engine(address);
await engine.CheckAsync();
using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using var server = new GatewayServer(new IPEndPoint(IPAddress.Loopback, port), engine, TimeProvider.System);
Console.WriteLine("ready");
await server.RunAsync(stopping.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
