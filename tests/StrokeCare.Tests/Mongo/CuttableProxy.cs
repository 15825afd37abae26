using System.Net;
using System.Net.Sockets;

namespace StrokeCare.Tests.Mongo;

/// <summary>A TCP way to a server that can be cut, mended, or made to lose the answer to one command.</summary>
public sealed class CuttableProxy : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private TcpListener? listener;
    private byte[][]? lose;

    public CuttableProxy(string host, int port)
    {
        (this.host, this.port) = (host, port);
        Port = Listen(0);
    }

    public int Port { get; }

    /// <summary>How many commands lost their answer.</summary>
    public int Lost { get; private set; }

    public void Cut()
    {
        lock (gate)
        {
            listener?.Dispose();
            listener = null;
            foreach (var socket in open) socket.Close();
            open.Clear();
        }
    }

    public void Mend() => Listen(Port);

    /// <summary>The next message holding all of these texts reaches the server; its connection breaks before the answer.</summary>
    public void LoseAnswerTo(params string[] texts)
    {
        lock (gate) lose = [.. texts.Select(System.Text.Encoding.UTF8.GetBytes)];
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Cut();
        stopping.Dispose();
    }

    private int Listen(int at)
    {
        var next = new TcpListener(IPAddress.Loopback, at);
        next.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        next.Start();
        lock (gate) listener = next;
        _ = AcceptAsync(next);
        return ((IPEndPoint)next.LocalEndpoint).Port;
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true) _ = ServeAsync(await from.AcceptSocketAsync(stopping.Token));
        }
        catch (Exception cut) when (cut is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Assert.NotNull(cut);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var _ = client;
        client.NoDelay = true;
        var broken = new StrongBox();
        try
        {
            lock (gate) open.UnionWith([client, server]);
            await server.ConnectAsync(host, port, stopping.Token);
            await Task.WhenAny(PumpAsync(client, server, broken, isRequest: true), PumpAsync(server, client, broken, isRequest: false));
        }
        catch (SocketException)
        {
            broken.Value = true; // The server is away: so is this connection.
        }

        lock (gate) open.ExceptWith([client, server]);
    }

    private async Task PumpAsync(Socket from, Socket to, StrongBox broken, bool isRequest)
    {
        var buffer = new byte[1 << 16];
        while (await ReadAsync(from, buffer) is > 0 and var read)
        {
            if (isRequest && IsToLose(buffer.AsSpan(0, read))) broken.Value = true;
            else if (!isRequest && broken.Value) return;
            await to.SendAsync(buffer.AsMemory(0, read), stopping.Token);
        }
    }

    private async Task<int> ReadAsync(Socket from, byte[] buffer)
    {
        try
        {
            return await from.ReceiveAsync(buffer.AsMemory(), stopping.Token);
        }
        catch (Exception cut) when (cut is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private bool IsToLose(ReadOnlySpan<byte> message)
    {
        lock (gate)
        {
            if (lose is null) return false;
            foreach (var text in lose)
            {
                if (message.IndexOf(text) < 0) return false;
            }

            lose = null;
            Lost++;
            return true;
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}
