using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>The OpenAPI document, and its page. What our converters do to a type is said here, since a schema cannot see into them.</summary>
internal static class OpenApiDocument
{
    private static readonly string[] Repeatable = ["register", "self_register", "register_patient", "create_user", "add_history_entry", "book_appointment"];

    private static readonly string[] Guarded =
    [
        "update_patient", "archive_patient", "restore_patient", "update_user", "link_patient", "amend_history_entry",
        "reschedule_appointment", "cancel_appointment", "change_appointment_status", "set_working_hours", "set_days_off",
    ];

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "StrokeCare Portal", Version = "1", Description = "The JSON contract of the stroke clinic's portal." };
            document.Servers = [];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [TokenAuthentication.Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeOperation);
        options.AddSchemaTransformer(DescribeSchema);
    }

    public static void MapDocs(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").Open().AuditsNothing("the API's description");
        app.MapScalarApiReference("/docs", options =>
        {
            options.WithTitle("StrokeCare Portal API").WithOpenApiRoutePattern("/openapi/{documentName}.json");
            options.DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp();
        }).Open().AuditsNothing("the API's description");
    }

    private static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        operation.Parameters ??= [];
        if (operation.OperationId is { } id && Repeatable.Contains(id))
            operation.Parameters.Add(Header(IdempotencyKeys.Header, "Makes the request repeatable for 24 hours: the first answer again, nothing made twice."));
        if (operation.OperationId is { } guarded && Guarded.Contains(guarded))
            operation.Parameters.Add(Header("If-Match", "The version seen, in quotes. Without it the body carries version."));
        if (operation.OperationId == ImportEndpoint.Name) operation.RequestBody = CsvFile();
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAllowAnonymous>().Any()) operation.Security = [new() { [new(TokenAuthentication.Scheme, context.Document)] = [] }];
        return Task.CompletedTask;
    }

    // Told here, and not to routing, which would answer who may not send any with what it has to be.
    private static OpenApiRequestBody CsvFile() => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [ImportEndpoint.Csv] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            [ImportEndpoint.Form] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { [SentFile.Field] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                },
            },
        },
    };

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        schema.Properties?.Remove(ApiJson.ResidenceTypeAlias);
        if (context.JsonTypeInfo.Type == typeof(ProblemDetails)) DescribeProblem(schema);
        var declared = context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var orNull = type == declared ? default : JsonSchemaType.Null;
        if (Spelled.Values(type) is { } values) Choose(schema, JsonSchemaType.String | orNull, values.Select(value => (JsonNode)value));
        else if (context.JsonPropertyInfo?.CustomConverter is FlagConverter) Choose(schema, JsonSchemaType.Integer | orNull, [0, 1]);
        else if (context.JsonPropertyInfo?.CustomConverter is YesNoConverter) Choose(schema, JsonSchemaType.String | orNull, ["Yes", "No"]);
        else if (type == typeof(UserId)) schema.Type = JsonSchemaType.Integer | orNull;
        else if (type == typeof(DateTimeOffset)) (schema.Type, schema.Format) = (JsonSchemaType.String | orNull, "date-time");
        else if (type == typeof(TimeOnly)) (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.String | orNull, null, "^[0-2][0-9]:[0-5][0-9]$");
        else if (type == typeof(PatientId) || type == typeof(HistoryEntryId) || type == typeof(AppointmentId)) (schema.Type, schema.Pattern) = (JsonSchemaType.String | orNull, "^[0-9a-f]{24}$");
        return Task.CompletedTask;
    }

    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; for programs." };
        schema.Properties["trace_id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What the operator finds the request by." };
        schema.Properties["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Messages by field; only when fields are at fault.",
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        };
        schema.Properties["alternatives"] = Alternatives();
    }

    private static OpenApiSchema Alternatives() => new()
    {
        Type = JsonSchemaType.Array,
        Description = "Free times in place of the one asked for, the nearest first; only when a time cannot be had.",
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["appointment_date"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" },
                ["appointment_time"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["utc_offset"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null },
                ["starts_at"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
                ["duration_minutes"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            },
        },
    };

    private static void Choose(OpenApiSchema schema, JsonSchemaType type, IEnumerable<JsonNode> values)
    {
        schema.Type = type;
        schema.Enum = [.. values];
    }
}
