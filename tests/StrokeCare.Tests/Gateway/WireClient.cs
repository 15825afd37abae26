using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace StrokeCare.Tests.Gateway;

/// <summary>MongoDB's wire protocol by hand, for what the driver does not send, or adds to what it got.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private const int HeaderLength = 16;
    private const int OpQuery = 2004;
    private const int OpMessage = 2013;
    private const int ChecksumPresent = 1;
    private const int MoreToCome = 2;

    private readonly TcpClient tcp = new() { NoDelay = true };
    private int lastRequest;

    public static async Task<WireClient> ConnectAsync(OwnGateway gateway)
    {
        var client = new WireClient();
        await client.tcp.ConnectAsync("127.0.0.1", gateway.Port);
        return client;
    }

    /// <summary>A session that nobody else has.</summary>
    public static BsonDocument NewSession() => new("id", new BsonBinaryData(RandomNumberGenerator.GetBytes(16), BsonBinarySubType.UuidStandard));

    public async Task<BsonDocument> RunAsync(string database, BsonDocument command)
    {
        await SendAsync(OpMessage, Message(0, Body(database, command)));
        return await ReplyAsync() ?? throw new IOException("closed instead of answered");
    }

    /// <summary>With the checksum of all before it; null: the connection was closed.</summary>
    public async Task<BsonDocument?> RunWithChecksumAsync(string database, BsonDocument command, bool spoiled)
    {
        var payload = Message(ChecksumPresent, Body(database, command));
        var head = Head(OpMessage, payload.Length + sizeof(uint));
        var checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C([.. head, .. payload]) ^ (spoiled ? 1u : 0));
        await tcp.GetStream().WriteAsync((byte[])[.. head, .. payload, .. checksum]);
        return await ReplyAsync();
    }

    /// <summary>Its documents beside the command, as drivers send them in bulk; null: the connection was closed.</summary>
    public async Task<BsonDocument?> RunWithSequencesAsync(string database, BsonDocument command, params (string Name, BsonDocument[] Documents)[] sequences)
    {
        await SendAsync(OpMessage, Message(0, [Body(database, command), .. sequences.Select(sequence => Sequence(sequence.Name, sequence.Documents))]));
        return await ReplyAsync();
    }

    /// <summary>The client wants no answer to this.</summary>
    public Task TellAsync(string database, BsonDocument command) => SendAsync(OpMessage, Message(MoreToCome, Body(database, command)));

    /// <summary>As a driver that does not know its server yet; null: the connection was closed.</summary>
    public async Task<BsonDocument?> QueryAsync(BsonDocument command)
    {
        await SendAsync(OpQuery, [.. new byte[4], .. "admin.$cmd\0"u8, .. new byte[4], 255, 255, 255, 255, .. command.ToBson()]);
        return await ReplyAsync(documentAt: HeaderLength + 20);
    }

    public ValueTask DisposeAsync()
    {
        tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task SendAsync(int opCode, byte[] payload) => tcp.GetStream().WriteAsync((byte[])[.. Head(opCode, payload.Length), .. payload]).AsTask();

    private byte[] Head(int opCode, int payloadLength)
    {
        var head = new byte[HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(head, HeaderLength + payloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), ++lastRequest);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), opCode);
        return head;
    }

    // Of the request that was sent last: what answers another one breaks the test.
    private async Task<BsonDocument?> ReplyAsync(int documentAt = HeaderLength + 5)
    {
        var head = new byte[HeaderLength];
        if (await tcp.GetStream().ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length) return null;
        Assert.Equal(lastRequest, BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8)));
        var rest = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - HeaderLength];
        await tcp.GetStream().ReadExactlyAsync(rest);
        return BsonSerializer.Deserialize<BsonDocument>(rest[(documentAt - HeaderLength)..]);
    }

    private static byte[] Message(int flags, params byte[][] sections)
    {
        var bits = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bits, flags);
        return [.. bits, .. sections.SelectMany(section => section)];
    }

    private static byte[] Body(string database, BsonDocument command) => [0, .. new BsonDocument(command) { { "$db", database } }.ToBson()];

    private static byte[] Sequence(string name, BsonDocument[] documents)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(name), 0, .. documents.SelectMany(document => document.ToBson())];
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, sizeof(int) + content.Length);
        return [1, .. length, .. content];
    }

    /// <summary>Bit by bit, so that it is not the gateway's own way to the same mistake.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }

        return ~crc;
    }
}
