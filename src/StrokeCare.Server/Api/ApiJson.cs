using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>How the API reads and writes JSON: snake_case, strict, UTC; flags as the training data spells them.</summary>
internal static class ApiJson
{
    public const int MaxDepth = 32;

    /// <summary>The name the training data and older clients use; read, never written.</summary>
    public const string ResidenceTypeAlias = "Residence_type";

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        // Answers are application/json with nosniff: nothing reads them as HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new SpelledConverter<Gender>());
        options.Converters.Add(new SpelledConverter<WorkType>());
        options.Converters.Add(new SpelledConverter<ResidenceType>());
        options.Converters.Add(new SpelledConverter<SmokingStatus>());
        options.Converters.Add(new SpelledConverter<AppointmentStatus>());
        options.Converters.Add(new SpelledConverter<Urgency>());
        options.Converters.Add(new RoleConverter());
        options.Converters.Add(new UtcConverter());
        options.Converters.Add(new UserIdConverter());
        options.Converters.Add(new PatientIdConverter());
        options.Converters.Add(new HistoryEntryIdConverter());
        options.Converters.Add(new AppointmentIdConverter());
        options.Converters.Add(new WallClockConverter());
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SpellPatient } };
    }

    /// <summary>The same options for reading one member by itself: none is required.</summary>
    public static JsonSerializerOptions MemberByMember()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(type =>
        {
            // Of a member that is a small value of several parts, each part is.
            if (type.Type.IsValueType) return;
            foreach (var property in type.Properties) property.IsRequired = false;
        });
        return options;
    }

    private static void SpellPatient(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(PatientDetails))) return;
        foreach (var property in type.Properties.Where(p => p.PropertyType == typeof(bool?)))
            property.CustomConverter = property.Name == "ever_married" ? new YesNoConverter() : new FlagConverter();
        if (type.Type != typeof(PatientRecord)) AddAlias(type);
    }

    private static void AddAlias(JsonTypeInfo type)
    {
        var member = typeof(PatientDetails).GetProperty(nameof(PatientDetails.ResidenceType))!;
        var alias = type.CreateJsonPropertyInfo(typeof(ResidenceType?), ResidenceTypeAlias);
        alias.Set = member.SetValue;
        type.Properties.Add(alias);
    }
}

/// <summary>An enum by its canonical spelling, read whatever its case.</summary>
internal sealed class SpelledConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Spelling.TryParse<T>(reader.GetString(), out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Spelling.Of(value));
}

/// <summary>A role by its name, read whatever its case.</summary>
internal sealed class RoleConverter : JsonConverter<Role>
{
    public override Role Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Audit.AuditNames.Parse<Role>(reader.GetString()!.Trim()) is { } role ? role : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Role value, JsonSerializerOptions options) => writer.WriteStringValue(Audit.AuditNames.Wire(value));
}

/// <summary>0 or 1, as the training data has it; true and false are read too.</summary>
internal sealed class FlagConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when reader.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } flag) writer.WriteNumberValue(flag ? 1 : 0);
        else writer.WriteNullValue();
    }
}

/// <summary>"Yes" or "No", as the training data has it; true and false are read too.</summary>
internal sealed class YesNoConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => reader.GetString()!.Trim().ToUpperInvariant() switch
        {
            "YES" => true,
            "NO" => false,
            _ => throw new JsonException(),
        },
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } married) writer.WriteStringValue(married ? "Yes" : "No");
        else writer.WriteNullValue();
    }
}

/// <summary>UTC with milliseconds, always of one length. Read with any offset; without one it is UTC, wherever the server stands.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTime(out var plain) && reader.TryGetDateTimeOffset(out var at)
            ? plain.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(plain, TimeSpan.Zero) : at
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Audit.HashChain.TimeFormat, System.Globalization.CultureInfo.InvariantCulture));
}

internal sealed class UserIdConverter : JsonConverter<UserId>
{
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

internal sealed class PatientIdConverter : JsonConverter<PatientId>
{
    public override PatientId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PatientId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, PatientId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class HistoryEntryIdConverter : JsonConverter<HistoryEntryId>
{
    public override HistoryEntryId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        HistoryEntryId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, HistoryEntryId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class AppointmentIdConverter : JsonConverter<AppointmentId>
{
    public override AppointmentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AppointmentId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, AppointmentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A time of day as a wall clock shows it, to the minute: 14:30.</summary>
internal sealed class WallClockConverter : JsonConverter<TimeOnly>
{
    private const string Format = "HH:mm";

    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeOnly.TryParseExact(reader.GetString(), Format, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time)
            ? time
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(Format, System.Globalization.CultureInfo.InvariantCulture));
}
