using System.Security.Cryptography;
using System.Text;
using BCrypt.Net;

namespace StrokeCare.Accounts;

/// <summary>
/// bcrypt, cost 12. bcrypt reads 72 bytes and stops at NUL, so a password of more than 71 UTF-8 bytes is hashed over
/// base64(SHA-384(password)) instead: no two passwords that differ late open each other.
/// </summary>
public static class Passwords
{
    public const int MinLength = 15;
    public const int MaxLength = 256;
    public const int Cost = 12;

    // Checked for unknown users, so that they take as long as known ones. The hash of random bytes nobody kept.
    private const string NobodysHash = "$2b$12$gQbRoqWJ3FxTbK5hJ8XUeuFXV2yXgFiKkgEvpz0mRzXHpsbCvXAmK";

    public static string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(Material(password), BCrypt.Net.BCrypt.GenerateSalt(Cost, 'b'));

    /// <summary>Also for hashes another bcrypt made (<c>$2a$</c>, <c>$2y$</c>). False for what is no bcrypt hash at all.</summary>
    public static bool Verify(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(Material(password), hash);
        }
        catch (Exception foreign) when (foreign is SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Takes as long as <see cref="Verify"/> and is never right.</summary>
    public static bool VerifyNobody(string password) => Verify(password, NobodysHash) && false;

    private static string Material(string password) =>
        Encoding.UTF8.GetByteCount(password) <= 71 && !password.Contains('\0', StringComparison.Ordinal)
            ? password
            : Convert.ToBase64String(SHA384.HashData(Encoding.UTF8.GetBytes(password)));
}
