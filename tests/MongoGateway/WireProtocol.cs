using System.Buffers.Binary;
using System.Numerics;

namespace MongoGateway;

/// <summary>
/// The two messages a current driver sends: OP_MSG, and OP_QUERY for its very first hello.
/// An OP_MSG that bears a checksum (CRC-32C of all before it, its header included) is refused when that is wrong.
/// </summary>
internal static class WireProtocol
{
    public const int HeaderLength = 16;
    public const int MaxMessageLength = 48_000_000;
    public const int OpReply = 1;
    public const int OpQuery = 2004;
    public const int OpMessage = 2013;

    private const int ChecksumPresent = 1;
    private const int MoreToCome = 2;

    public static (Request Request, bool WantsReply) ReadMessage(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        var flags = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
        var hasChecksum = (flags & ChecksumPresent) != 0;
        if (hasChecksum && BinaryPrimitives.ReadUInt32LittleEndian(payload.Span[^4..]) != ~Crc32C(Crc32C(uint.MaxValue, header), payload.Span[..^4]))
            throw new CommandFailure(EngineErrors.ChecksumMismatch, "OP_MSG checksum does not match contents");
        var rest = payload[4..^(hasChecksum ? 4 : 0)];
        ReadOnlyMemory<byte> body = default, sequence = default;
        while (!rest.IsEmpty)
        {
            var isSequence = rest.Span[0] == 1;
            var section = rest.Slice(1, BinaryPrimitives.ReadInt32LittleEndian(rest.Span[1..]));
            rest = rest[(1 + section.Length)..];
            if (!isSequence)
                body = section;
            else if (sequence.IsEmpty)
                sequence = section[(4 + section.Span[4..].IndexOf((byte)0) + 1)..];
            else
                throw new CommandFailure(EngineErrors.FailedToParse, "more than one document sequence in a message");
        }
        return (Request.Parse(body, sequence, database: null), (flags & MoreToCome) == 0);
    }

    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            crc = BitOperations.Crc32C(crc, one);
        return crc;
    }

    public static Request ReadQuery(ReadOnlyMemory<byte> payload)
    {
        var collectionLength = payload.Span[4..].IndexOf((byte)0);
        var query = payload[(4 + collectionLength + 1 + 8)..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(query.Span);
        var request = Request.Parse(query[..length], default, "admin");
        return request.Name is "hello" or "isMaster" or "ismaster" ? request : throw new CommandFailure(EngineErrors.UnsupportedOpQuery, $"Unsupported OP_QUERY command: {request.Name}");
    }

    /// <summary>The bytes that precede a reply's document on the wire.</summary>
    public static int WriteReplyHead(Span<byte> head, int opCode, int replyTo, int documentLength)
    {
        head.Clear();
        var length = opCode == OpReply ? HeaderLength + 20 : HeaderLength + 5;
        BinaryPrimitives.WriteInt32LittleEndian(head, length + documentLength);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], replyTo);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], opCode);
        if (opCode == OpReply)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head[16..], 8); // "await capable", as every server since 2.x says
            BinaryPrimitives.WriteInt32LittleEndian(head[32..], 1); // one document
        }
        return length;
    }
}
