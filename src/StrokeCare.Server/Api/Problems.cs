using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace StrokeCare.Server.Api;

/// <summary>The one place where an <see cref="Error"/> becomes an answer: problem+json with a stable code, a trace id and the fields at fault.</summary>
internal static class Problems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>429 and 503 leave their Retry-After in the headers of <paramref name="http"/>.</summary>
    public static ProblemHttpResult ToProblem(this Error error, HttpContext http)
    {
        if (error.Kind is ErrorKind.TooMany or ErrorKind.Unavailable)
            http.Response.Headers.RetryAfter = WholeSeconds(error.RetryAfter ?? Soon);
        var problem = new ProblemDetails { Status = Status(error.Kind), Detail = error.Message };
        problem.Extensions["code"] = error.Code;
        problem.Extensions["trace_id"] = TraceId();
        if (error.Fields.Count > 0) problem.Extensions["errors"] = error.Fields;
        if (error.Alternatives is { } free) problem.Extensions["alternatives"] = free.Select(slot => new OfferedSlot(slot));
        if (error.Counts.Count > 0) problem.Extensions["counts"] = error.Counts;
        return TypedResults.Problem(problem);
    }

    /// <summary>For answers that no operation gave: routing, size and form of the request, faults.</summary>
    public static ProblemHttpResult Of(int status, string code, string message, string? field = null, string? fault = null)
    {
        var problem = new ProblemDetails { Status = status, Detail = message };
        problem.Extensions["code"] = code;
        problem.Extensions["trace_id"] = TraceId();
        if (field is not null) problem.Extensions["errors"] = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [fault ?? message] };
        return TypedResults.Problem(problem);
    }

    public static Task WriteAsync(this Error error, HttpContext http) => error.ToProblem(http).ExecuteAsync(http);

    /// <summary>Answers that came without a body: unknown route, wrong method, wrong media type.</summary>
    public static Task WriteStatusAsync(HttpContext http)
    {
        var status = http.Response.StatusCode;
        var (code, message) = status switch
        {
            StatusCodes.Status404NotFound => ("route.not_found", "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => ("method.not_allowed", "This address does not answer to this method; see the Allow header."),
            StatusCodes.Status415UnsupportedMediaType => ("media_type.unsupported", "Send the body as application/json, a file of patients as text/csv."),
            StatusCodes.Status413PayloadTooLarge => ("body.too_large", "The body is larger than 1 MB."),
            _ => ("request.refused", "The request cannot be answered."),
        };
        return Of(status, code, message).ExecuteAsync(http);
    }

    public static int Status(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Denied => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        ErrorKind.KeyReused => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.PreconditionRequired => StatusCodes.Status428PreconditionRequired,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
    };

    // Rounded up: who comes back on the second is let in.
    private static string WholeSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string? TraceId() => Activity.Current?.TraceId.ToString();
}
