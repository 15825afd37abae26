using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>The log as a file, with the filters of <see cref="LogPage"/>.</summary>
internal static class LogDownload
{
    public const string Path = "/admin/log/export.csv";

    public static void MapLogDownload(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, ExportAsync).ForPagesOf(Role.Admin).Audits(AuditAction.SecurityLogExported).ExcludeFromDescription();

    private static async Task<IResult> ExportAsync(HttpContext http, ExportLogHandler handler, ClinicClock clock, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        var exported = await handler.HandleAsync(LogSelection.Of(http.Request.Query).ToFilter(clock), caller.Actor, ct);
        return exported.Succeeded
            ? TypedResults.Stream(stream => LogCsv.WriteAsync(exported.Value.Rows, stream, ct), "text/csv; charset=utf-8", "security-log.csv")
            : exported.Error.ToProblem(http);
    }
}
