using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrokeCare.Risk;

internal static class ModelJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new NumbersOnOneLine() },
    };

    /// <summary>A model file is read by people: a hundred quantiles belong on one line, not on a hundred.</summary>
    private sealed class NumbersOnOneLine : JsonConverter<ImmutableArray<double>>
    {
        public override ImmutableArray<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.StartArray)
                throw new JsonException("An array of numbers is expected.");
            var numbers = ImmutableArray.CreateBuilder<double>();
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                numbers.Add(reader.TokenType is JsonTokenType.Number
                    ? reader.GetDouble()
                    : throw new JsonException("An array of numbers holds something else."));
            return numbers.ToImmutable();
        }

        public override void Write(Utf8JsonWriter writer, ImmutableArray<double> value, JsonSerializerOptions options) =>
            writer.WriteRawValue($"[{string.Join(", ", value.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}]");
    }
}
