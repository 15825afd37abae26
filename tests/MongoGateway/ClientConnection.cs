using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using MongoGateway.Faults;
using Npgsql;

namespace MongoGateway;

/// <summary>One client's socket: a request is read, run and answered before the next, as drivers expect.</summary>
internal sealed class ClientConnection(Socket socket, int id, Commands commands, FailPoints failPoints)
{
    private const int MaxHeadLength = WireProtocol.HeaderLength + 20;

    private readonly byte[] _head = new byte[MaxHeadLength];
    private readonly ArraySegment<byte>[] _reply = new ArraySegment<byte>[2];

    // Said in the connection's first hello; fail points can ask for it.
    private string? _application;

    public int Id => id;

    public void Close() => socket.Dispose();

    /// <summary>Serves until the client hangs up, breaks the protocol, or the engine is away.</summary>
    public async Task RunAsync()
    {
        try
        {
            socket.NoDelay = true;
            while (await ServeOneAsync())
            {
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            // The client went away, or the gateway is stopping.
        }
        catch (NpgsqlException error)
        {
            Console.Error.WriteLine($"client {id}: engine away: {error.Message}");
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or CommandFailure or FormatException)
        {
            Console.Error.WriteLine($"client {id}: broken message: {error.Message}");
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task<bool> ServeOneAsync()
    {
        if (!await FillAsync(_head.AsMemory(0, WireProtocol.HeaderLength)))
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_head) - WireProtocol.HeaderLength;
        var requestId = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(4));
        var opCode = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(12));
        if (length is < 5 or > WireProtocol.MaxMessageLength)
            throw new IOException($"message of {length} bytes");
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var payload = buffer.AsMemory(0, length);
            return await FillAsync(payload) && await AnswerAsync(opCode, requestId, payload);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> AnswerAsync(int opCode, int requestId, ReadOnlyMemory<byte> payload)
    {
        switch (opCode)
        {
            case WireProtocol.OpMessage:
                var (request, wantsReply) = WireProtocol.ReadMessage(_head.AsSpan(0, WireProtocol.HeaderLength), payload);
                if (await RunAsync(request) is not { } reply)
                    return false;
                if (wantsReply)
                    await SendAsync(WireProtocol.OpMessage, requestId, reply);
                return true;
            case WireProtocol.OpQuery:
                if (await RunAsync(WireProtocol.ReadQuery(payload)) is not { } answer)
                    return false;
                await SendAsync(WireProtocol.OpReply, requestId, answer);
                return true;
            default:
                throw new IOException($"unsupported message {opCode}");
        }
    }

    /// <summary>Null: a fail point wants the connection closed instead.</summary>
    private async Task<byte[]?> RunAsync(Request request)
    {
        _application ??= request.ApplicationName();
        return request.Name == "configureFailPoint"
            ? failPoints.Configure(request)
            : await failPoints.RunAsync(request, _application, () => commands.RunAsync(request, id));
    }

    private async Task SendAsync(int opCode, int replyTo, byte[] document)
    {
        var headLength = WireProtocol.WriteReplyHead(_head, opCode, replyTo, document.Length);
        _reply[0] = new ArraySegment<byte>(_head, 0, headLength);
        _reply[1] = document;
        var sent = await socket.SendAsync(_reply);
        var total = headLength + document.Length;
        // A large reply may need several sends; the head is always in the first.
        while (sent < total)
            sent += await socket.SendAsync(document.AsMemory(sent - headLength));
    }

    private async Task<bool> FillAsync(Memory<byte> memory)
    {
        while (!memory.IsEmpty)
        {
            var read = await socket.ReceiveAsync(memory);
            if (read == 0)
                return false;
            memory = memory[read..];
        }
        return true;
    }
}
