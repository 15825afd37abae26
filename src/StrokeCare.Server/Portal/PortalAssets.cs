using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace StrokeCare.Server.Portal;

/// <summary>
/// Style sheet, scripts and mark, in the program itself: they are there however it was built or copied. Their address holds
/// the hash of what they are, so that browsers keep them for good.
/// </summary>
public sealed class PortalAssets
{
    private const string Resources = "StrokeCare.Server.Portal.Assets.";

    private static readonly (string Name, string Type)[] Names = [("portal.css", "text/css; charset=utf-8"), ("portal.js", "text/javascript; charset=utf-8"), ("live.js", "text/javascript; charset=utf-8"), ("download.js", "text/javascript; charset=utf-8"), ("mark.svg", "image/svg+xml")];

    private readonly FrozenDictionary<string, Asset> byName = Names.Select(asset => Read(asset.Name, asset.Type)).ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    public string Of(string name) => byName[name].Path;

    internal IResult Answer(string hash, string name, HttpContext http)
    {
        if (!byName.TryGetValue(name, out var asset) || asset.Hash != hash) return TypedResults.NotFound();
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        var isSmall = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (isSmall) headers.ContentEncoding = "br";
        return TypedResults.Bytes(isSmall ? asset.Compressed : asset.Content, asset.Type);
    }

    private static Asset Read(string name, string type)
    {
        using var stream = typeof(PortalAssets).Assembly.GetManifestResourceStream(Resources + name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        return new(name, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16], bytes, Compress(bytes));
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize)) brotli.Write(content);
        return compressed.ToArray();
    }

    private sealed record Asset(string Name, string Type, string Hash, byte[] Content, byte[] Compressed)
    {
        public string Path => $"/assets/{Hash}/{Name}";
    }
}
