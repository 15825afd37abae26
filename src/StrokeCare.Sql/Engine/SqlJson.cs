using System.Text.Json;
using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Risk;

namespace StrokeCare.Sql.Engine;

/// <summary>What is kept as JSON text in a column, compiled ahead: nothing is reflected over while the first request waits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(UserIdNumber)])]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(RiskAssessment))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, JsonElement>))]
[JsonSerializable(typeof(IReadOnlyList<HistoryAmendment>))]
[JsonSerializable(typeof(IReadOnlyList<WorkingSpan>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class SqlJson : JsonSerializerContext;

internal sealed class UserIdNumber : JsonConverter<UserId>
{
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
