using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>
/// A request body as T, or every field at fault: unknown, twice, missing, null where it must not be, or of the wrong
/// type. The fault list is worked out only when reading failed.
/// </summary>
internal static class JsonInput
{
    private static readonly JsonSerializerOptions MemberByMember = ApiJson.MemberByMember();

    public static Result<T> Read<T>(ReadOnlySpan<byte> body, JsonSerializerOptions options)
        where T : class
    {
        if (JsonForm.Fault(body) is { } malformed) return malformed;
        try
        {
            return JsonSerializer.Deserialize<T>(body, options)!;
        }
        catch (JsonException)
        {
            return Error.Invalid(Diagnose<T>(body, options));
        }
    }

    private static Dictionary<string, string[]> Diagnose<T>(ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        var properties = options.GetTypeInfo(typeof(T)).Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var given in document.RootElement.EnumerateObject())
        {
            if (!properties.Remove(given.Name, out var property)) faults[given.Name] = ["is not a field of this request."];
            else if (given.Value.ValueKind == JsonValueKind.Null && !AllowsNull(property)) faults[given.Name] = ["must not be null."];
            else if (!Reads<T>(given)) faults[given.Name] = [Expected(property)];
        }

        foreach (var property in properties.Values.Where(p => p.IsRequired)) faults[property.Name] = ["is required."];
        if (faults.Count == 0) faults["body"] = ["is not what this request takes."];
        return faults;
    }

    private static bool Reads<T>(JsonProperty given)
    {
        try
        {
            JsonSerializer.Deserialize<T>(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [given.Name] = given.Value }), MemberByMember);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool AllowsNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable;

    private static string Expected(JsonPropertyInfo property)
    {
        if (property.CustomConverter is FlagConverter) return "is 0 or 1.";
        if (property.CustomConverter is YesNoConverter) return "is Yes or No.";
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (Spelled.Values(type) is { } values) return $"is one of: {string.Join(", ", values)}.";
        return type switch
        {
            _ when type == typeof(string) => "is text.",
            _ when type == typeof(bool) => "is true or false.",
            _ when type == typeof(double) => "is a number.",
            _ when type == typeof(int) || type == typeof(long) || type == typeof(UserId) => "is a whole number.",
            _ when type == typeof(PatientId) => "is 24 hex digits.",
            _ when type == typeof(TimeOnly) => "is a time of day as HH:mm.",
            _ when type == typeof(IReadOnlyList<DaySpan>) => "is a list of from and to, each a time of day as HH:mm.",
            _ when type == typeof(IReadOnlyList<DayAway>) => "is a list of date as yyyy-MM-dd and, if you like, note.",
            _ when type == typeof(DateTimeOffset) => "is a time such as 2026-01-31T12:00:00Z, or a date.",
            _ when type == typeof(DateOnly) => "is a date as yyyy-MM-dd.",
            _ => "is an object of names and values.",
        };
    }
}

/// <summary>Whether bytes are one JSON object we are ready to read, whatever it says: UTF-8, not too deep, no half characters.</summary>
internal static class JsonForm
{
    /// <summary>The fault with the top-level member in which it lies, or null.</summary>
    public static Error? Fault(ReadOnlySpan<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) return Error.Invalid("body", "is not UTF-8.");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
        var field = "body";
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Error.Invalid("body", "is not a JSON object.");
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                {
                    field = reader.GetString()!;
                    if (!names.Add(field)) return Error.Invalid(field, "appears twice.");
                }
                else if (reader is { TokenType: JsonTokenType.String or JsonTokenType.PropertyName, ValueIsEscaped: true })
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (JsonException)
        {
            return Error.Invalid(field, reader.CurrentDepth >= ApiJson.MaxDepth ? $"is nested deeper than {ApiJson.MaxDepth} levels." : "is not valid JSON.");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to half a surrogate pair.
            return Error.Invalid(field, "holds half a character.");
        }

        return null;
    }
}
