using StrokeCare.Server.Portal;

namespace StrokeCare.Server.Hosting;

/// <summary>The headers every answer carries, whatever it is and however it came about.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(static state =>
        {
            Set((HttpContext)state);
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Also the pages that stand for another, such as of a fault.
    private static bool IsPage(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is not null
        || (http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true && PageFaults.WantsPage(http));

    private static void Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        var isPage = IsPage(http);
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = isPage ? PagePolicy : "frame-ancestors 'none'";
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || isPage) headers.CacheControl = "no-store";
        if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
    }
}
