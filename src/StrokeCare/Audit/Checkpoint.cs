using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace StrokeCare.Audit;

/// <summary>A signed statement, kept outside the database, that row <c>seq</c> had this hash: what makes truncation and a rewritten chain visible.</summary>
public sealed record Checkpoint
{
    public required long Seq { get; init; }

    public required string Hash { get; init; }

    public required string Time { get; init; }

    public required string Kid { get; init; }

    /// <summary>ES256 over <c>strokecare checkpoint v1</c>, seq, hash and time, one per line; base64.</summary>
    public required string Signature { get; init; }

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.ParseExact(
        Time, HashChain.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static Checkpoint Sign(LogHead head, DateTimeOffset now, SigningKey key)
    {
        var time = now.UtcDateTime.ToString(HashChain.TimeFormat, CultureInfo.InvariantCulture);
        var signature = key.Pair.SignData(Statement(head.Seq, head.Hash, time), HashAlgorithmName.SHA256);
        return new() { Seq = head.Seq, Hash = head.Hash, Time = time, Kid = key.Id, Signature = Convert.ToBase64String(signature) };
    }

    public bool IsSignedBy(SigningKeys keys)
    {
        var signature = new byte[64];
        return keys.Find(Kid) is { } key
            && Convert.TryFromBase64String(Signature, signature, out var length)
            && key.Pair.VerifyData(Statement(Seq, Hash, Time), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    private static byte[] Statement(long seq, string hash, string time) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"strokecare checkpoint v1\n{seq}\n{hash}\n{time}"));
}
