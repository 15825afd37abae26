using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace StrokeCare.Server.Api;

/// <summary>
/// A file that somebody sends. It is held in memory, bounded, and never written to the disk: left to itself, the framework
/// puts what is over 64 KB of a form into a temporary file.
/// </summary>
internal static class SentFile
{
    /// <summary>The other fields of its form and what stands between them.</summary>
    public const int Around = 64 * 1024;

    /// <summary>Of the form, and of every fault.</summary>
    public const string Field = "file";

    public static Error Unreadable { get; } = Error.Invalid(Field, "did not come as a browser sends it, or is too large.");

    public static Error TooLarge(int maxBytes) => Error.Invalid(Field, string.Create(CultureInfo.InvariantCulture, $"is larger than {maxBytes / 1024 / 1024} MB."));

    /// <exception cref="InvalidDataException">It is no form, or larger than a form with such a file.</exception>
    public static async Task<IFormCollection> ReadFormAsync(HttpContext http, int maxBytes)
    {
        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new() { MemoryBufferThreshold = maxBytes + Around, MultipartBodyLengthLimit = maxBytes + Around }));
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (IOException tooShort) when (tooShort is not BadHttpRequestException)
        {
            throw new InvalidDataException("The form ends before its last part does.", tooShort);
        }
    }

    /// <summary>The file out of a form that was read, for work that outlives the request.</summary>
    public static async Task<Result<MemoryStream>> CopyAsync(IFormCollection form, int maxBytes, CancellationToken ct)
    {
        if (form.Files.GetFile(Field) is not { } sent) return Error.Invalid(Field, "is needed. Choose one.");
        await using var content = sent.OpenReadStream();
        return await CopyAsync(content, maxBytes, ct);
    }

    public static async Task<Result<MemoryStream>> CopyAsync(Stream content, int maxBytes, CancellationToken ct)
    {
        var file = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if (file.Length + read > maxBytes) return TooLarge(maxBytes);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        return file;
    }
}
