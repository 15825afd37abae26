using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>One's own record as a file, by the operation that exports it. The page before it is <see cref="DataPage"/>.</summary>
internal static class Downloads
{
    public const string Json = "/my/data/record.json";
    public const string Pdf = "/my/data/summary.pdf";

    public static void MapDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(Json, JsonAsync).ForPagesOf(Role.Patient).Audits(AuditAction.DataExported).ExcludeFromDescription();
        app.MapGet(Pdf, PdfAsync).ForPagesOf(Role.Patient).Audits(AuditAction.DataExported).ExcludeFromDescription();
    }

    private static async Task<IResult> JsonAsync(HttpContext http, FindOwnRecordHandler records, ExportPatientHandler handler, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        if (await records.HandleAsync(caller.Actor, ct) is not { } id) return TypedResults.NotFound();
        return await PatientExportEndpoint.ExportAsync(id.ToString(), caller, http, handler, ct);
    }

    private static async Task<IResult> PdfAsync(HttpContext http, FindOwnRecordHandler records, SummaryDesk desk, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        if (await records.HandleAsync(caller.Actor, ct) is not { } id) return TypedResults.NotFound();
        var written = await desk.WriteAsync(id, caller.Actor, ct);
        return written.Succeeded ? TypedResults.File(written.Value, "application/pdf", "my-record.pdf") : written.Error.ToProblem(http);
    }
}

/// <summary>Puts together what the one page needs.</summary>
internal sealed class SummaryDesk(ExportPatientHandler handler, IUserStore users, ClinicClock clock, TimeProvider time)
{
    public async Task<Result<byte[]>> WriteAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var exported = await handler.HandleAsync(id, actor, ct);
        if (!exported.Succeeded) return exported.Error;
        return SummaryPdf.Write(new()
        {
            Export = exported.Value,
            Newest = await exported.Value.History.Take(SummaryPdf.MostEntries).ToListAsync(ct),
            Doctor = await users.DoctorAsync(exported.Value.Patient.AssignedDoctorId, ct) ?? "No doctor yet",
            PrintedBy = actor.Username,
            At = time.GetUtcNow(),
            Clock = clock,
        });
    }
}
