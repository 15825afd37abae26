using System.Globalization;
using System.Text.Json;
using MongoDB.Bson;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// The clinic's own fields. A number comes back digit for digit as it came in (1.10, 1e5): stored as the first of int,
/// long, double and decimal that spells it the same way, else as <c>{ number: "1e5" }</c>, which no value can be by itself.
/// </summary>
internal static class ExtraFields
{
    private const string SpelledNumber = "number";

    public static BsonValue? Of(IReadOnlyDictionary<string, JsonElement>? extra) =>
        extra is null ? null : new BsonDocument(extra.Select(pair => new BsonElement(pair.Key, Of(pair.Value))));

    public static IReadOnlyDictionary<string, JsonElement>? Read(BsonDocument document, string name)
    {
        if (!document.TryGetValue(name, out var value) || value is not BsonDocument { ElementCount: > 0 } extra) return null;
        var read = new Dictionary<string, JsonElement>(extra.ElementCount, StringComparer.Ordinal);
        foreach (var element in extra)
        {
            if (Read(element.Value) is { } json) read[element.Name] = json;
        }

        return read;
    }

    private static BsonValue Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => BsonBoolean.True,
        JsonValueKind.False => BsonBoolean.False,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => Number(value.GetRawText()),
        var kind => throw new ArgumentException($"An extra field cannot hold {kind}.", nameof(value)),
    };

    private static BsonValue Number(string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (int.TryParse(text, invariant, out var small) && small.ToString(invariant) == text) return small;
        if (long.TryParse(text, invariant, out var large) && large.ToString(invariant) == text) return large;
        // Not the zeros: the driver reads a double -0 back as 0.
        if (double.TryParse(text, invariant, out var real) && real != 0 && real.ToString("R", invariant) == text) return real;
        if (Decimal128.TryParse(text, out var exact) && exact.ToString() == text) return new BsonDecimal128(exact);
        return new BsonDocument(SpelledNumber, text);
    }

    private static JsonElement? Read(BsonValue value) => value switch
    {
        BsonBoolean flag => JsonSerializer.SerializeToElement(flag.Value),
        BsonString text => JsonSerializer.SerializeToElement(text.Value),
        BsonInt32 small => JsonElement.Parse(small.Value.ToString(CultureInfo.InvariantCulture)),
        BsonInt64 large => JsonElement.Parse(large.Value.ToString(CultureInfo.InvariantCulture)),
        BsonDouble real when double.IsFinite(real.Value) => JsonElement.Parse(real.Value.ToString("R", CultureInfo.InvariantCulture)),
        BsonDecimal128 exact => JsonElement.Parse(exact.Value.ToString()),
        BsonDocument spelled when spelled.TryGetValue(SpelledNumber, out var text) && text.IsString => JsonElement.Parse(text.AsString),
        _ => null,
    };
}
