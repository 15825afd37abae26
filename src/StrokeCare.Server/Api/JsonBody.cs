using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace StrokeCare.Server.Api;

/// <summary>A JSON body as a parameter: the value, or the error that names its fields. No body at all reads as <c>{}</c>.</summary>
internal sealed class JsonBody<T>(Result<T> read) : IEndpointParameterMetadataProvider
    where T : class
{
    public Result<T> Read => read;

    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext http)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var bytes = await BodyBytes.ReadAsync(http);
        return new(JsonInput.Read<T>(bytes.Span, options));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var optional = !typeof(T).GetProperties().Any(p => p.IsDefined(typeof(RequiredMemberAttribute)));
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), optional));
    }
}

internal static class BodyBytes
{
    public const int MaxLength = 1024 * 1024;

    /// <summary>Up to here a body that is too long is read to its end and thrown away, so that its sender gets to read the answer.</summary>
    public const int MaxDrained = 16 * MaxLength;

    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    /// <exception cref="BadHttpRequestException">Larger than <see cref="MaxLength"/>, or not JSON by its content type.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.ContentLength > MaxLength) throw TooLarge();
        using var body = new MemoryStream((int)(request.ContentLength ?? 1024));
        var buffer = new byte[8192];
        while (await request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
        {
            if (body.Length + read > MaxLength) throw TooLarge();
            await body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
        }

        if (body.Length == 0) return EmptyObject;
        if (!request.HasJsonContentType()) throw new BadHttpRequestException("The body is not JSON.", StatusCodes.Status415UnsupportedMediaType);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static BadHttpRequestException TooLarge() => new("The body is too large.", StatusCodes.Status413PayloadTooLarge);
}
