using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MongoGateway.Faults;
using Npgsql;

namespace MongoGateway;

/// <summary>Accepts clients until told to stop, then closes them and rolls back their transactions.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly Engine _engine;
    private readonly FailPoints _failPoints;
    private readonly Sessions _sessions;
    private readonly Cursors _cursors;
    private readonly Commands _commands;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<int, (ClientConnection Client, Task Done)> _clients = [];
    private int _lastClient;

    public GatewayServer(IPEndPoint address, Topology topology, Engine engine, TimeProvider time)
    {
        (_engine, _time) = (engine, time);
        _failPoints = new FailPoints(time);
        _sessions = new Sessions(time);
        _cursors = new Cursors(engine, time);
        _commands = new Commands(engine, _sessions, _cursors, new Identity(topology, address.Port, time), time);
        _listener = new TcpListener(address);
        _listener.Start(Backlog);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var sweeping = SweepAsync(stopping);
        try
        {
            while (true)
                Start(await _listener.AcceptSocketAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await sweeping;
        }
    }

    private void Start(Socket socket)
    {
        var client = new ClientConnection(socket, ++_lastClient, _commands, _failPoints);
        _clients[client.Id] = (client, Task.Run(() => ServeAsync(client)));
    }

    private async Task ServeAsync(ClientConnection client)
    {
        await client.RunAsync();
        _clients.TryRemove(client.Id, out _);
        await _sessions.AbortAsync(open => open.Client == client.Id);
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SweepInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await SweepOnceAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the end of the gateway
        }
    }

    private async Task SweepOnceAsync()
    {
        try
        {
            await _sessions.AbortExpiredAsync();
            await _cursors.ExpireAsync();
            await GivenReplies.ExpireAsync(_engine);
            await _engine.CloseIdleAsync();
        }
        catch (NpgsqlException error)
        {
            Console.Error.WriteLine($"engine away: {error.Message}; sweeping again in {SweepInterval.TotalSeconds} s");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        var clients = _clients.Values.ToArray();
        foreach (var (client, _) in clients)
            client.Close();
        await Task.WhenAll(clients.Select(entry => entry.Done));
        await _sessions.DisposeAsync();
    }
}
