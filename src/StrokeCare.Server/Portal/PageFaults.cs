using System.Diagnostics;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Answers that no page gave: a route that is not there, an outage, a fault. People get a page, programs the problem.</summary>
internal static class PageFaults
{
    private static readonly PathString[] ForPrograms = ["/api", "/openapi", "/docs", "/health", "/metrics", "/.well-known", "/assets"];

    /// <summary>Whether a person waits for the answer.</summary>
    public static bool WantsPage(HttpContext http) =>
        !ForPrograms.Any(path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task WriteStatusAsync(HttpContext http) => WantsPage(http) ? WritePageAsync(http) : Problems.WriteStatusAsync(http);

    public static async Task AnswerAsync(HttpContext http)
    {
        if (!WantsPage(http))
        {
            await Api.Faults.AnswerAsync(http);
            return;
        }

        var error = http.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Error;
        http.Response.StatusCode = error switch
        {
            StoreUnavailableException => StatusCodes.Status503ServiceUnavailable,
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (error is StoreUnavailableException) http.Response.Headers.RetryAfter = "1";
        await WritePageAsync(http);
    }

    // In a scope of its own: the page that failed has used up the one of the request.
    private static async Task WritePageAsync(HttpContext http)
    {
        var before = http.RequestServices;
        await using var scope = before.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        try
        {
            await PageResult.Of<FaultPage>(new()
            {
                [nameof(FaultPage.Status)] = http.Response.StatusCode,
                [nameof(FaultPage.TraceId)] = http.Response.StatusCode >= StatusCodes.Status500InternalServerError ? Activity.Current?.TraceId.ToString() : null,
            }).ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = before;
        }
    }
}
