using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>The log as a file, with the filters of <see cref="LogPage"/>.</summary>
internal static class LogDownload
{
    public const string Path = "/admin/log/export.csv";
    public const string FileName = "security-log.csv";

    public static void MapLogDownload(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, ExportAsync).ForPagesOf(Role.Admin).Audits(AuditAction.SecurityLogExported).ExcludeFromDescription();

    private static async Task<IResult> ExportAsync(HttpContext http, ExportLogHandler handler, ClinicClock clock, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        var exported = await handler.HandleAsync(LogSelection.Of(http.Request.Query).ToFilter(clock), caller.Actor, ct);
        return exported.Succeeded ? Answer(exported.Value, ct) : exported.Error.ToProblem(http);
    }

    /// <summary>Written as it is read, no faster than it is taken, and no further than the reader stays.</summary>
    internal static IResult Answer(LogExport export, CancellationToken ct) =>
        TypedResults.Stream(stream => LogCsv.WriteAsync(export.Rows, stream, ct), "text/csv; charset=utf-8", FileName);
}
