using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>What an import came to, as the verb tells it.</summary>
/// <param name="Rows">Of the file, without its header.</param>
/// <param name="Imported">New patients.</param>
/// <param name="AlreadyPresent">Rows that an earlier import brought in.</param>
/// <param name="RejectedCount">Rows that break a rule; <paramref name="Rejected"/> tells the first 10,000 of them.</param>
/// <param name="Rejected">Lines and reasons, and nothing that stands in the lines.</param>
/// <param name="Stopped">It was cancelled, or the portal stopped: the same file again goes on.</param>
internal sealed record ImportReport(int Rows, int Imported, int AlreadyPresent, int RejectedCount, IReadOnlyList<RejectedRow> Rejected, bool Stopped)
{
    public static ImportReport Of(ImportRun run) => new(
        run.Rows, run.Progress.Imported, run.Progress.AlreadyPresent, run.Progress.Rejected, run.Progress.RejectedRows, run.State != ImportState.Done);
}

/// <summary>A file of patients, brought in by one request; its answer comes when all of it is in.</summary>
internal static class ImportEndpoint
{
    public const string Name = "import_patients";
    public const string Csv = "text/csv";
    public const string Form = "multipart/form-data";

    public static void MapImport(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/admin/import", ImportAsync).WithTags("admin").For(Role.Admin)
            .Audits(AuditAction.PatientCreated, AuditAction.ImportCompleted, AuditAction.ImportStopped).WithName(Name)
            .WithSummary("Bring patients in from a CSV file in the Kaggle stroke format, up to 10 MB; sent again, only what is not there yet")
            .Refuses(400, 401, 403, 409, 415, 503);

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> ImportAsync(Caller caller, HttpContext http, StartImportHandler handler, CancellationToken ct)
    {
        var file = await ReadAsync(http);
        if (!file.Succeeded) return file.Error.ToProblem(http);
        var ended = await handler.HandleToEndAsync(file.Value, caller.Actor, ct);
        return ended.Succeeded ? TypedResults.Ok(ImportReport.Of(ended.Value)) : ended.Error.ToProblem(http);
    }

    /// <summary>The file as the body, or as the field <c>file</c> of a form.</summary>
    private static async Task<Result<MemoryStream>> ReadAsync(HttpContext http)
    {
        const int max = StartImportHandler.MaxBytes;
        if (http.Request.ContentLength > max + SentFile.Around) return SentFile.TooLarge(max);
        switch (http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant())
        {
            case null or Csv: return await SentFile.CopyAsync(http.Request.Body, max, http.RequestAborted);
            case not Form: throw new BadHttpRequestException("The body is no file.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await SentFile.CopyAsync(await SentFile.ReadFormAsync(http, max), max, http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return SentFile.Unreadable;
        }
    }
}
