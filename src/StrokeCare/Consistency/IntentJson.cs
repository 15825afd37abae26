using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrokeCare.Consistency;

/// <summary>How payloads are written: enums by name, so that a member put in between changes nothing that is under way.</summary>
internal static class IntentJson
{
    public static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };
}
