using Microsoft.AspNetCore.Diagnostics;

namespace StrokeCare.Server.Api;

/// <summary>What an exception answers. The body never holds anything of the exception; the log has it under the same trace id.</summary>
internal static class Faults
{
    public static async Task AnswerAsync(HttpContext http)
    {
        switch (http.Features.Get<IExceptionHandlerFeature>()?.Error)
        {
            case StoreUnavailableException away:
                await new Error(ErrorKind.Unavailable, "store.unavailable", $"The {away.Store} store does not answer, and it is not known whether a change was made. Read first, or repeat under the same Idempotency-Key.").WriteAsync(http);
                break;
            case BadHttpRequestException bad:
                http.Response.StatusCode = bad.StatusCode;
                await (bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? Problems.Of(bad.StatusCode, "body.too_large", "The body is larger than 1 MB.", "body", "is larger than 1 MB.").ExecuteAsync(http)
                    : Problems.WriteStatusAsync(http));
                break;
            default:
                await Problems.Of(StatusCodes.Status500InternalServerError, "server.fault", "The portal failed on this request. The operator finds the cause under the trace id.").ExecuteAsync(http);
                break;
        }
    }

    /// <summary>Outages and bad requests are no bugs: they are not logged as unhandled errors.</summary>
    public static bool IsExpected(Exception exception) => exception is StoreUnavailableException or BadHttpRequestException;
}
