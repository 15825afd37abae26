using Microsoft.AspNetCore.Http.Features;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>A page whose form sends one file, and how large that may be.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TakesFileAttribute(int maxBytes) : Attribute
{
    public int MaxBytes => maxBytes;
}

/// <summary>Why what was sent is not before the page. It is then shown as when it is opened, with these words.</summary>
internal sealed record UploadFault(Error Error);

/// <summary>Files that come with a page's form, read before the page is.</summary>
internal static class Uploads
{
    /// <summary>Up to here a file that is too large is read to its end and thrown away: a browser shows the answer only when it could send all.</summary>
    private const long MaxDrained = 1024L * 1024 * 1024;

    public static bool HasFile(HttpRequest request) => request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>For those who may post to the page: who may not is turned away before.</summary>
    public static async Task ReadAsync(HttpContext http, TakesFileAttribute file)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !HasFile(http.Request)) return;
        if (http.Request.ContentLength > file.MaxBytes + SentFile.Around)
        {
            http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxDrained;
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            Refuse(http, SentFile.TooLarge(file.MaxBytes));
            return;
        }

        try
        {
            await SentFile.ReadFormAsync(http, file.MaxBytes);
        }
        catch (InvalidDataException)
        {
            Refuse(http, SentFile.Unreadable);
        }
    }

    private static void Refuse(HttpContext http, Error error)
    {
        http.Request.Method = HttpMethods.Get;
        http.Features.Set(new UploadFault(error));
    }
}
