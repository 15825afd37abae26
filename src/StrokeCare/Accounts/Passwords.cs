using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BCrypt.Net;

namespace StrokeCare.Accounts;

/// <summary>
/// bcrypt, cost 12, by the system's libxcrypt where it is there and by BCrypt.Net elsewhere; each verifies what the other
/// made. bcrypt reads 72 bytes and stops at NUL, so a password of more than 71 UTF-8 bytes is hashed over
/// base64(SHA-384(password)) instead: no two passwords that differ late open each other.
/// </summary>
public static class Passwords
{
    public const int MinLength = 15;
    public const int MaxLength = 256;
    public const int Cost = 12;

    // A check of cost 17 takes ten seconds of a core: a stored hash that asks for more is taken for a forged one.
    private const int MaxForeignCost = 16;

    private const int HashLength = 60;
    private const int ChecksumLength = 31;

#if FAILPOINTS
    /// <summary>
    /// In the builds that tests are run against, as the failpoints are, and only where this variable asks for it: suites
    /// that sign in some thousand times are not about the cost. Without it, and in every other build, it is 12.
    /// </summary>
    internal const string CostVariable = "STROKECARE_TEST_BCRYPT_COST";

    internal static int NewCost { get; set; } = int.TryParse(Environment.GetEnvironmentVariable(CostVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : Cost;
#else
    private const int NewCost = Cost;
#endif

    // Checked for unknown users, so that they take as long as known ones. The hash of random bytes nobody kept.
    private static string NobodysHash => string.Create(CultureInfo.InvariantCulture, $"$2b${NewCost:00}$gQbRoqWJ3FxTbK5hJ8XUeuFXV2yXgFiKkgEvpz0mRzXHpsbCvXAmK");

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The whole hash of a material under a setting.</summary>
    internal delegate string? Crypt(string material, string setting);

    /// <summary>What computes bcrypt here: libxcrypt or BCrypt.Net.</summary>
    public static string Engine => Xcrypt.IsThere ? "libxcrypt" : "BCrypt.Net";

    private static Crypt Best { get; } = Xcrypt.IsThere ? Xcrypt.Crypt : Managed;

    public static string Hash(string password) => Hash(password, Best);

    /// <summary>
    /// Also for hashes another bcrypt made (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>, cost 4 to 16). False for what is no
    /// such hash.
    /// </summary>
    public static bool Verify(string password, string hash) => Verify(password, hash, Best);

    /// <summary>Takes as long as <see cref="Verify(string, string)"/> and is never right.</summary>
    public static bool VerifyNobody(string password) => Verify(password, NobodysHash) && false;

    internal static string Hash(string password, Crypt crypt, int? cost = null) =>
        crypt(Material(password), BCrypt.Net.BCrypt.GenerateSalt(cost ?? NewCost, 'b')) is { Length: HashLength } hash
            ? hash
            : throw new CryptographicException("bcrypt made no hash.");

    internal static bool Verify(string password, string hash, Crypt crypt)
    {
        if (!IsBcrypt(hash)) return false;
        try
        {
            // The salt's last character has four bits that mean nothing, and engines write them differently: the
            // checksum alone tells.
            return crypt(Material(password), hash) is { Length: HashLength } found
                && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(found[^ChecksumLength..]), Encoding.ASCII.GetBytes(hash[^ChecksumLength..]));
        }
        catch (Exception foreign) when (foreign is SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    internal static string Managed(string material, string setting) => BCrypt.Net.BCrypt.HashPassword(material, setting);

    private static bool IsBcrypt(string hash) =>
        hash is ['$', '2', 'a' or 'b' or 'y', '$', _, _, '$', ..] && hash.Length == HashLength
            && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) && cost is >= 4 and <= MaxForeignCost
            && !hash.AsSpan(7).ContainsAnyExcept(Base64);

    private static string Material(string password) =>
        Encoding.UTF8.GetByteCount(password) <= 71 && !password.Contains('\0', StringComparison.Ordinal)
            ? password
            : Convert.ToBase64String(SHA384.HashData(Encoding.UTF8.GetBytes(password)));
}
