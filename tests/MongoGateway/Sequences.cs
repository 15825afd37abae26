using System.Buffers.Binary;

namespace MongoGateway;

/// <summary>The documents of a message's sequence section, laid end to end.</summary>
internal static class Sequences
{
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> sequence)
    {
        for (var rest = sequence; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            yield return rest[..length];
            rest = rest[length..];
        }
    }
}
