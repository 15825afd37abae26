using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace MongoGateway;

/// <summary>Walks the top-level elements of one BSON document in place: a request is routed without being deserialised.</summary>
internal ref struct BsonScanner
{
    private ReadOnlySpan<byte> _rest;

    public BsonScanner(ReadOnlySpan<byte> document)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(document);
        _rest = document[4..length];
    }

    public BsonType Type { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The element's encoded value; for a string, document or binary that includes its own length prefix.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest[0] == 0)
            return false;
        Type = (BsonType)_rest[0];
        var nameLength = _rest[1..].IndexOf((byte)0);
        Name = _rest.Slice(1, nameLength);
        _rest = _rest[(nameLength + 2)..];
        var size = SizeOf(Type, _rest);
        Value = _rest[..size];
        _rest = _rest[size..];
        return true;
    }

    public readonly string Text() => Type is BsonType.String or BsonType.Symbol
        ? Encoding.UTF8.GetString(Value[4..^1])
        : throw new CommandFailure(EngineErrors.TypeMismatch, $"field '{Encoding.UTF8.GetString(Name)}' must be a string");

    public readonly long Integer() => Type switch
    {
        BsonType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value),
        BsonType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value),
        BsonType.Double => (long)BinaryPrimitives.ReadDoubleLittleEndian(Value),
        _ => throw new CommandFailure(EngineErrors.TypeMismatch, $"field '{Encoding.UTF8.GetString(Name)}' must be a number"),
    };

    public readonly bool Truth() => Type == BsonType.Boolean ? Value[0] != 0 : Integer() != 0;

    private static int SizeOf(BsonType type, ReadOnlySpan<byte> value) => type switch
    {
        BsonType.Double or BsonType.DateTime or BsonType.Timestamp or BsonType.Int64 => 8,
        BsonType.Int32 => 4,
        BsonType.Boolean => 1,
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.Undefined or BsonType.Null or BsonType.MinKey or BsonType.MaxKey => 0,
        BsonType.String or BsonType.JavaScript or BsonType.Symbol => 4 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Document or BsonType.Array or BsonType.JavaScriptWithScope => BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Binary => 5 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.RegularExpression => TwoTexts(value),
        _ => throw new CommandFailure(EngineErrors.InvalidBson, $"unknown BSON type {(int)type}"),
    };

    private static int TwoTexts(ReadOnlySpan<byte> value)
    {
        var first = value.IndexOf((byte)0) + 1;
        return first + value[first..].IndexOf((byte)0) + 1;
    }
}
