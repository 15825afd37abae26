using System.Buffers.Text;
using System.Security.Cryptography;

namespace StrokeCare.Accounts;

/// <summary>
/// A refresh token: 128 random bits that its family shares and 256 that are new each time. The first part finds the
/// family also of a token that was used before, which is how a stolen one is noticed; neither part is ever listed.
/// </summary>
internal sealed record RefreshToken(byte[] Family, byte[] Secret)
{
    private const int FamilyLength = 16;
    private const int SecretLength = 32;
    private const int TextLength = 64;

    public byte[] FamilyHash => SHA256.HashData(Family);

    public byte[] Hash => SHA256.HashData([.. Family, .. Secret]);

    public static RefreshToken New() => new(RandomNumberGenerator.GetBytes(FamilyLength), RandomNumberGenerator.GetBytes(SecretLength));

    public RefreshToken Next() => this with { Secret = RandomNumberGenerator.GetBytes(SecretLength) };

    /// <summary>Null for what is no token of ours by its form.</summary>
    public static RefreshToken? Parse(string text)
    {
        if (text.Length != TextLength || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length == FamilyLength + SecretLength ? new(bytes[..FamilyLength], bytes[FamilyLength..]) : null;
    }

    /// <summary>64 characters of base64url.</summary>
    public string ToText() => Base64Url.EncodeToString([.. Family, .. Secret]);
}
