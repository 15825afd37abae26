using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace StrokeCare.Accounts;

/// <summary>The system's libxcrypt, whose bcrypt takes 0.6 to 0.8 times the processor time of the managed one. Safe on any number of threads.</summary>
internal static partial class Xcrypt
{
    private const string Library = "libcrypt";

    /// <summary>sizeof(struct crypt_data) of libxcrypt 4, in bytes.</summary>
    private const int DataSize = 32_768;

    // A system has one or the other; the second is libxcrypt built without the calls that only old programs need.
    private static readonly string[] FileNames = ["libcrypt.so.1", "libcrypt.so.2"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether it is there and computes <c>$2b$</c> rightly.</summary>
    public static bool IsThere { get; } = Look();

    /// <summary>The whole hash under the setting, which may itself be a hash; null for a setting it does not know.</summary>
    public static string? Crypt(string material, string setting)
    {
        var data = GC.AllocateArray<byte>(DataSize, pinned: true);
        var phrase = GC.AllocateArray<byte>(StrictUtf8.GetByteCount(material) + 1, pinned: true);
        try
        {
            StrictUtf8.GetBytes(material, phrase);
            var hash = CryptRn(phrase, Terminated(setting), data, data.Length);
            return hash == 0 ? null : Marshal.PtrToStringUTF8(hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(phrase);
            CryptographicOperations.ZeroMemory(data);
        }
    }

    private static bool Look()
    {
        if (!OperatingSystem.IsLinux()) return false;
        NativeLibrary.SetDllImportResolver(typeof(Xcrypt).Assembly, Resolve);
        try
        {
            // From OpenBSD's test vectors: a library that answers otherwise is not used.
            const string Known = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";
            return Crypt("U*U*", Known) == Known;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, out var handle)) return handle;
        }

        return 0;
    }

    private static byte[] Terminated(string text) => [.. StrictUtf8.GetBytes(text), 0];

    // Only libxcrypt has crypt_rn. glibc's own crypt_r would take the same call, write past the end of this buffer (its
    // struct is four times as large) and not know bcrypt.
    [LibraryImport(Library, EntryPoint = "crypt_rn")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint CryptRn(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> setting, Span<byte> data, int size);
}
