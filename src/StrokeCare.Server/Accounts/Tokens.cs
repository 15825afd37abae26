using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Server.Accounts;

/// <summary>Whom a good token stands for. Whether that account may still act is asked of the store, each time.</summary>
internal readonly record struct TokenSubject(UserId User, int Epoch, string Session, DateTimeOffset Expires);

/// <summary>
/// Access tokens: ES256 by our own keys and nothing else, 15 minutes. Only the check of the signature is remembered, for
/// at most a minute; lifetime is looked at on every use.
/// </summary>
internal sealed class Tokens(SigningKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const string Issuer = "strokecare";
    private const string Audience = "strokecare-api";
    private const string TokenType = "at+jwt";
    private const int MaxLength = 4096;
    private const int MaxRemembered = 4096;

    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(60);
    private static readonly string[] ForeignKeyHeaders = ["jku", "jwk", "x5u", "x5c", "crit"];

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, (TokenSubject Subject, DateTimeOffset CheckedAt)> remembered = new(StringComparer.Ordinal);
    private readonly SigningCredentials signing = new(KeyOf(keys.Current), SecurityAlgorithms.EcdsaSha256);
    private readonly List<SecurityKey> verifying = [.. keys.All.Select(KeyOf)];

    public KeySet PublicKeys { get; } = new([.. keys.All.Select(PublicKey.Of)]);

    public string Issue(User user, Session session)
    {
        var now = time.GetUtcNow();
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = signing,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = user.Id.ToString(),
                ["sid"] = session.Id,
                ["epoch"] = user.Epoch,
                ["jti"] = Change.NewId(),
            },
        });
    }

    /// <summary>Null for anything but a token of ours that has not ended.</summary>
    public async Task<TokenSubject?> CheckAsync(string token)
    {
        if (token.Length > MaxLength) return null;
        var now = time.GetUtcNow();
        var print = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (!remembered.TryGetValue(print, out var known) || now - known.CheckedAt > RememberedFor)
        {
            if (await VerifyAsync(token) is not { } subject) return null;
            if (remembered.Count >= MaxRemembered) remembered.Clear();
            remembered[print] = known = (subject, now);
        }

        return now < known.Subject.Expires ? known.Subject : null;
    }

    private async Task<TokenSubject?> VerifyAsync(string token)
    {
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [TokenType],
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            IssuerSigningKeys = verifying,
            TryAllIssuerSigningKeys = false,
            // The end of life is checked by the caller, on each use and by our own clock.
            LifetimeValidator = (_, expires, _, _) => expires is not null,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt) return null;
        if (ForeignKeyHeaders.Any(name => jwt.TryGetHeaderValue<object>(name, out _))) return null;
        return Subject(jwt);
    }

    private static TokenSubject? Subject(JsonWebToken jwt) =>
        int.TryParse(jwt.Subject, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && jwt.TryGetPayloadValue<int>("epoch", out var epoch)
            && jwt.TryGetPayloadValue<string>("sid", out var session)
            ? new TokenSubject(new UserId(id), epoch, session, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero))
            : null;

    private static ECDsaSecurityKey KeyOf(SigningKey key) => new(key.Pair) { KeyId = key.Id };
}

internal sealed record KeySet(IReadOnlyList<PublicKey> Keys);

/// <summary>One public key as RFC 7517 wants it.</summary>
internal sealed record PublicKey
{
    public required string Kid { get; init; }

    public string Kty { get; } = "EC";

    public string Crv { get; } = "P-256";

    public string Alg { get; } = "ES256";

    public string Use { get; } = "sig";

    [JsonPropertyName("x")]
    public required string XCoordinate { get; init; }

    [JsonPropertyName("y")]
    public required string YCoordinate { get; init; }

    public static PublicKey Of(SigningKey key)
    {
        var point = key.Pair.ExportParameters(includePrivateParameters: false).Q;
        return new() { Kid = key.Id, XCoordinate = Base64Url.EncodeToString(point.X), YCoordinate = Base64Url.EncodeToString(point.Y) };
    }
}
