using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>
/// Opaque page cursors: the last key of a page and an HMAC that binds it to list, filter and reader. A cursor made up,
/// altered, or taken to another list, filter or person is not opened.
/// </summary>
internal sealed class Cursors(byte[] secret)
{
    private const int SealLength = 16;

    public static Error Invalid { get; } = new(ErrorKind.Invalid, "cursor.invalid", "The cursor does not belong to this list.")
    {
        Fields = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["after"] = ["is not a cursor of this list with these filters."] },
    };

    public string Seal(string list, Actor reader, string key)
    {
        var text = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Mac(list, reader, text), .. text]);
    }

    /// <summary>The key; null when the cursor is not one of this list for this reader.</summary>
    public string? Open(string list, Actor reader, string cursor)
    {
        if (cursor.Length > 200 || !Base64Url.IsValid(cursor)) return null;
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= SealLength) return null;
        var text = bytes[SealLength..];
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealLength), Mac(list, reader, text)) ? Encoding.UTF8.GetString(text) : null;
    }

    /// <summary>The same for lists of log rows, whose key is a seq.</summary>
    public long? OpenSeq(string list, Actor reader, string cursor) =>
        long.TryParse(Open(list, reader, cursor), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    private byte[] Mac(string list, Actor reader, byte[] text)
    {
        byte[] bound = [.. Encoding.UTF8.GetBytes($"{list}\n{reader.Id}\n"), .. text];
        return HMACSHA256.HashData(secret, bound)[..SealLength];
    }
}
