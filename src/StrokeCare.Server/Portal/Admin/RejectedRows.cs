using System.Globalization;
using System.Text;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>The rejected rows of the last import as a file: line numbers and reasons, nothing that stands in the lines.</summary>
internal static class RejectedRows
{
    public const string Path = "/admin/import/rejected.csv";

    public static void MapRejectedRows(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, DownloadAsync).ForPagesOf(Role.Admin).AuditsNothing("line numbers and reasons, and nothing of any record").ExcludeFromDescription();

    private static async Task<IResult> DownloadAsync(HttpContext http, WatchImportHandler handler, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        var seen = await handler.HandleAsync(caller.Actor, ct);
        if (!seen.Succeeded) return seen.Error.ToProblem(http);
        if (seen.Value.Run is not { } run) return TypedResults.NotFound();
        var lines = run.Progress.RejectedRows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Line},{LogCsv.Cell(row.Reason)}\r\n"));
        return TypedResults.File(Encoding.UTF8.GetBytes($"line,reason\r\n{string.Concat(lines)}"), "text/csv; charset=utf-8", "rejected-rows.csv");
    }
}
