using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StrokeCare.Changes;

/// <summary>The 12-byte id of a clinical entity: 4 bytes of Unix seconds, 8 bytes that make it unique. 24 lower-case hex digits outside, an ObjectId in MongoDB.</summary>
public readonly record struct ClinicalId(uint Seconds, ulong Rest) : IComparable<ClinicalId>
{
    public const int Length = 12;

    public const int HexLength = 24;

    public static bool TryParse(string? text, out ClinicalId id)
    {
        id = default;
        if (text is not { Length: HexLength }) return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        id = FromBytes(bytes);
        return true;
    }

    /// <exception cref="FormatException">The text is not 24 hex digits.</exception>
    public static ClinicalId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A clinical id is 24 hex digits.");

    public static ClinicalId FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]));

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Seconds);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], Rest);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public int CompareTo(ClinicalId other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Rest.CompareTo(other.Rest);

    public static bool operator <(ClinicalId left, ClinicalId right) => left.CompareTo(right) < 0;

    public static bool operator >(ClinicalId left, ClinicalId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ClinicalId left, ClinicalId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ClinicalId left, ClinicalId right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// Makes clinical ids that rise within this process, even when the clock steps back. Across processes the order is
/// approximate: good for newest-first pages, never for commit order.
/// </summary>
public sealed class ClinicalIds(TimeProvider time)
{
    private const ulong CounterMask = 0xFF_FFFF;

    // 40 random bits tell processes apart; 24 bits count within a second.
    private readonly ulong process = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)) & ~CounterMask;
    private readonly Lock gate = new();
    private uint second;
    private ulong counter;

    public ClinicalId Next()
    {
        lock (gate)
        {
            var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
            if (now > second) (second, counter) = (now, 0);
            else if (counter == CounterMask) (second, counter) = (second + 1, 0);
            else counter++;
            return new ClinicalId(second, process | counter);
        }
    }
}
