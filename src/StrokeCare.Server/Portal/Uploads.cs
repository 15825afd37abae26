using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace StrokeCare.Server.Portal;

/// <summary>A page whose form sends one file, and how large that may be.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TakesFileAttribute(int maxBytes) : Attribute
{
    public int MaxBytes => maxBytes;
}

/// <summary>Why what was sent is not before the page. It is then shown as when it is opened, with these words.</summary>
internal sealed record UploadFault(Error Error);

/// <summary>
/// Files that come with a form. They are held in memory, bounded, and never written to the disk: left to itself, the
/// framework puts what is over 64 KB into a temporary file.
/// </summary>
internal static class Uploads
{
    /// <summary>The other fields and what stands between them.</summary>
    public const int Around = 64 * 1024;

    /// <summary>Up to here a file that is too large is read to its end and thrown away: a browser shows the answer only when it could send all.</summary>
    private const long MaxDrained = 1024L * 1024 * 1024;

    public static Error Unreadable { get; } = Error.Invalid("file", "did not come as a browser sends it, or is too large.");

    public static bool HasFile(HttpRequest request) => request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;

    public static Error TooLarge(int maxBytes) => Error.Invalid("file", string.Create(CultureInfo.InvariantCulture, $"is larger than {maxBytes / 1024 / 1024} MB."));

    /// <summary>For those who may post to the page: who may not is turned away before.</summary>
    public static async Task ReadAsync(HttpContext http, TakesFileAttribute file)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !HasFile(http.Request)) return;
        if (http.Request.ContentLength > file.MaxBytes + Around)
        {
            http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxDrained;
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            Refuse(http, TooLarge(file.MaxBytes));
            return;
        }

        try
        {
            await ReadFormAsync(http, file.MaxBytes);
        }
        catch (InvalidDataException)
        {
            Refuse(http, Unreadable);
        }
    }

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

    private static void Refuse(HttpContext http, Error error)
    {
        http.Request.Method = HttpMethods.Get;
        http.Features.Set(new UploadFault(error));
    }
}
