using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>Reads Idempotency-Key and makes of it, route, actor and the request as understood what the stores remember.</summary>
internal sealed class IdempotencyKeys(byte[] secret, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>None when the caller sent no key. <paramref name="actor"/> is null for what anybody may ask.</summary>
    public Result<Keyed> Of<T>(HttpContext http, Actor? actor, T command)
        where T : class
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0) return new Keyed(null);
        var key = header.ToString();
        if (key.Length is 0 or > IdempotencyScope.KeyMaxLength || key.Any(char.IsControl))
            return Error.Invalid(Header, $"is 1 to {IdempotencyScope.KeyMaxLength} characters.");
        // Written from the command, so that spelling, order and blanks of the sent text do not matter. A password in it
        // is as safe as the key of the HMAC, which is in no database.
        var understood = command is PatientDetails details ? details with { Extra = Sorted(details.Extra) } : (object)command;
        var canonical = JsonSerializer.SerializeToUtf8Bytes(understood, understood.GetType(), json.Value.SerializerOptions);
        var scope = new IdempotencyScope(actor?.Id, $"{http.Request.Method} {RouteOf(http)}", key);
        return new Keyed(new IdempotentRequest(scope, HMACSHA256.HashData(secret, canonical)));
    }

    private static string RouteOf(HttpContext http) => ((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText!;

    private static SortedDictionary<string, JsonElement>? Sorted(IReadOnlyDictionary<string, JsonElement>? extra) =>
        extra is null ? null : new(extra.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The request under its key, or none.</summary>
internal readonly record struct Keyed(IdempotentRequest? Request);
