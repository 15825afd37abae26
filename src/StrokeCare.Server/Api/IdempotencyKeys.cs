using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>
/// What every POST that creates has in common: of Idempotency-Key, route, actor and the request as understood it makes
/// what the stores remember, and it marks the answer to a repeat.
/// </summary>
internal sealed class IdempotencyKeys(byte[] secret, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    public const string Header = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Runs the operation on the body as read. <paramref name="actor"/> is null for what anybody may ask.</summary>
    public async Task<Result<TCreated>> CreateAsync<TCommand, TCreated>(
        HttpContext http, Actor? actor, JsonBody<TCommand> body, Func<TCommand, IdempotentRequest?, Task<Result<TCreated>>> create)
        where TCommand : class
        where TCreated : ICreated
    {
        if (!body.Read.Succeeded) return body.Read.Error;
        var keyed = Of(http, actor, body.Read.Value);
        if (!keyed.Succeeded) return keyed.Error;
        var created = await create(body.Read.Value, keyed.Value.Request);
        if (created.Succeeded && created.Value.Replayed) http.Response.Headers[ReplayedHeader] = "true";
        return created;
    }

    private Result<Keyed> Of<T>(HttpContext http, Actor? actor, T command)
        where T : class
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0) return new Keyed(null);
        var key = header.ToString();
        if (key.Length is 0 or > IdempotencyScope.KeyMaxLength || key.Any(char.IsControl))
            return Error.Invalid(Header, $"is 1 to {IdempotencyScope.KeyMaxLength} characters.");
        return new Keyed(Of(new(actor?.Id, $"{http.Request.Method} {RouteOf(http)}", key), command));
    }

    /// <summary>The request of a form under the key that was made with it: sent twice, it is done once.</summary>
    public IdempotentRequest? OfForm<T>(Actor? actor, string page, string? key, T command)
        where T : class => key is { Length: > 0 and <= IdempotencyScope.KeyMaxLength } && !key.Any(char.IsControl) ? Of(new(actor?.Id, $"form {page}", key), command) : null;

    private IdempotentRequest Of<T>(IdempotencyScope scope, T command)
        where T : class
    {
        // Written from the command, so that spelling, order and blanks of the sent text do not matter. A password in it
        // is as safe as the key of the HMAC, which is in no database.
        var understood = command is PatientDetails details ? details with { Extra = Sorted(details.Extra) } : (object)command;
        var canonical = JsonSerializer.SerializeToUtf8Bytes(understood, understood.GetType(), json.Value.SerializerOptions);
        return new(scope, HMACSHA256.HashData(secret, canonical));
    }

    // With the record that the path names: under it another record's request has a key of its own.
    private static string RouteOf(HttpContext http) => http.Request.RouteValues.Aggregate(
        ((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText!,
        (route, value) => route.Replace($"{{{value.Key}}}", $"{value.Value}".ToLowerInvariant(), StringComparison.Ordinal));

    private static SortedDictionary<string, JsonElement>? Sorted(IReadOnlyDictionary<string, JsonElement>? extra) =>
        extra is null ? null : new(extra.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The request under its key, or none when the caller sent no key.</summary>
internal readonly record struct Keyed(IdempotentRequest? Request);
