using System.Globalization;
using System.Security.Cryptography;

namespace StrokeCare.Audit;

/// <summary>One ES256 key pair and its id: the first 16 hex digits of SHA-256 over its public key.</summary>
public sealed class SigningKey : IDisposable
{
    /// <exception cref="ArgumentException">The text is no PEM key.</exception>
    public SigningKey(string pem)
    {
        Pair.ImportFromPem(pem);
        Id = IdOf(Pair);
    }

    public string Id { get; }

    public ECDsa Pair { get; } = ECDsa.Create();

    public void Dispose() => Pair.Dispose();

    internal static string IdOf(ECDsa pair) => Convert.ToHexStringLower(SHA256.HashData(pair.ExportSubjectPublicKeyInfo()))[..16];
}

/// <summary>
/// The ES256 keys of one purpose (<c>jwt</c>, <c>checkpoint</c>) in a folder that only the portal's user can read.
/// The newest signs; older ones still verify. They are part of every backup.
/// </summary>
public sealed class SigningKeys : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private SigningKeys(IReadOnlyList<SigningKey> all) => All = all;

    /// <summary>Oldest first; never empty.</summary>
    public IReadOnlyList<SigningKey> All { get; }

    public SigningKey Current => All[^1];

    public SigningKey? Find(string id) => All.FirstOrDefault(key => key.Id == id);

    /// <summary>The keys of <paramref name="purpose"/>; the first is made when there is none. Any number of processes may do this at once: all get the same.</summary>
    public static SigningKeys Open(string folder, string purpose, TimeProvider time)
    {
        CreatePrivateFolder(folder);
        if (Files(folder, purpose).Length == 0)
        {
            using var turn = FileTurn.Take(LockIn(folder));
            if (Files(folder, purpose).Length == 0) Create(folder, purpose, time);
        }

        return new SigningKeys([.. Files(folder, purpose).Select(path => new SigningKey(File.ReadAllText(path)))]);
    }

    /// <summary>A new key that signs from the next start on, while the older ones still verify.</summary>
    public static void Create(string folder, string purpose, TimeProvider time)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        WriteWhole(Path.Combine(folder, $"{purpose}-{made}-{SigningKey.IdOf(pair)}.pem"), pair.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>256 random bits for HMACs, made at first use.</summary>
    public static byte[] OpenSecret(string folder, string purpose)
    {
        CreatePrivateFolder(folder);
        var path = Path.Combine(folder, $"{purpose}.secret");
        if (!File.Exists(path))
        {
            using var turn = FileTurn.Take(LockIn(folder));
            if (!File.Exists(path)) WriteWhole(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return Convert.FromHexString(File.ReadAllText(path));
    }

    public void Dispose()
    {
        foreach (var key in All) key.Dispose();
    }

    // The time in the name makes the order of names the order of making.
    private static string[] Files(string folder, string purpose)
    {
        var files = Directory.GetFiles(folder, $"{purpose}-*.pem");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    // Written aside and moved into place: a crash never leaves half a key under its name.
    private static void WriteWhole(string path, string text)
    {
        var aside = $"{path}.{Changes.Change.NewId()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new StreamWriter(aside, options))
        {
            file.Write(text);
            file.Flush();
            ((FileStream)file.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: false);
    }

    private static string LockIn(string folder) => Path.Combine(folder, "keys.lock");

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }
}
