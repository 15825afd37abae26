using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Mongo;

/// <summary>
/// Values into BSON and back. Writing knows one type per field; reading takes what older systems left as well: flags as
/// numbers, booleans or words, numbers as text, dates as text. What cannot be read counts as not known.
/// </summary>
internal static class BsonFields
{
    private const string DayFormat = "yyyy-MM-dd";

    public static ObjectId ObjectId(this ClinicalId id) => new(id.ToBytes());

    public static ClinicalId ClinicalId(this ObjectId id) => global::StrokeCare.Changes.ClinicalId.FromBytes(id.ToByteArray());

    public static BsonValue? Of(string? text) => text is null ? null : (BsonString)text;

    public static BsonValue? Of(double? number) => number is { } value ? new BsonDouble(value) : null;

    public static BsonValue? Of(int? number) => number is { } value ? (BsonInt32)value : null;

    public static BsonValue? Of(UserId? user) => Of(user?.Value);

    public static BsonValue? Flag(bool? value) => value is { } flag ? (BsonInt32)(flag ? 1 : 0) : null;

    public static BsonValue? YesNo(bool? value) => value switch { true => "Yes", false => "No", null => null };

    public static BsonValue? Of(DateTimeOffset? at) => at is { } value ? new BsonDateTime(value.ToUnixTimeMilliseconds()) : null;

    public static BsonValue? Of(DateOnly? day) => day?.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static BsonArray Of(IEnumerable<string> texts) => new(texts);

    public static BsonValue? Of(double[]? numbers) => numbers is null ? null : new BsonArray(numbers);

    /// <summary>The fields that have a value, in their order: what is not known is absent.</summary>
    public static BsonDocument AddKnown(this BsonDocument document, IEnumerable<(string Name, BsonValue? Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value is not null) document.Add(name, value);
        }

        return document;
    }

    /// <summary>Sets the field; one without a value is taken away.</summary>
    public static UpdateDefinition<BsonDocument> Set((string Name, BsonValue? Value) field) =>
        field.Value is { } value ? Builders<BsonDocument>.Update.Set(field.Name, value) : Builders<BsonDocument>.Update.Unset(field.Name);

    public static string? Text(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && !value.IsBsonNull ? value.IsString ? value.AsString : value.ToString() : null;

    public static double? Number(this BsonDocument document, string name) => document.TryGetValue(name, out var value)
        ? value switch
        {
            BsonDouble or BsonInt32 or BsonInt64 or BsonDecimal128 => value.ToDouble(),
            BsonString text when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        }
        : null;

    public static long? Whole(this BsonDocument document, string name) =>
        document.Number(name) is { } number && Math.Abs(number) < 1L << 53 ? (long)number : null;

    public static UserId? User(this BsonDocument document, string name) =>
        document.Whole(name) is { } number and >= int.MinValue and <= int.MaxValue ? new UserId((int)number) : null;

    public static bool? Bool(this BsonDocument document, string name)
    {
        if (!document.TryGetValue(name, out var value)) return null;
        if (value.IsBoolean) return value.AsBoolean;
        if (document.Number(name) is { } number) return number != 0;
        return value.IsString ? value.AsString.Trim().ToUpperInvariant() switch
        {
            "YES" or "TRUE" => true,
            "NO" or "FALSE" => false,
            _ => null,
        }
        : null;
    }

    public static DateTimeOffset? Time(this BsonDocument document, string name) => document.TryGetValue(name, out var value)
        ? value switch
        {
            BsonDateTime at => DateTimeOffset.FromUnixTimeMilliseconds(at.MillisecondsSinceEpoch),
            BsonString text when DateTimeOffset.TryParse(
                text.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed) => parsed,
            _ => null,
        }
        : null;

    public static DateOnly? Day(this BsonDocument document, string name)
    {
        if (DateOnly.TryParseExact(document.Text(name), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        return document.Time(name) is { } at ? at.UtcDay() : null;
    }

    public static T? Enum<T>(this BsonDocument document, string name, TryParse<T> parse)
        where T : struct, Enum => parse(document.Text(name), out var value) ? value : null;

    public static string[] Texts(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value is BsonArray array ? [.. array.Select(item => item.ToString()!)] : [];

    public static double[]? Numbers(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value is BsonArray array ? [.. array.Select(item => item.ToDouble())] : null;

    public delegate bool TryParse<T>(string? text, out T value);
}
