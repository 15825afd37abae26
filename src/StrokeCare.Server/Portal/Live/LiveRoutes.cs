using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>
/// What open pages ask for by themselves: each has one stream, that of its live part or the plain one, and the warning
/// before a session ends has its answer.
/// </summary>
internal static class LiveRoutes
{
    public const string Plain = "/live";
    public const string OfWork = "/live/today";
    public const string OfLog = "/live/log";
    public const string OfImport = "/live/import";
    public const string Stay = "/live/stay";

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        app.MapGet(Plain, (HttpContext http, LiveStreams streams) => streams.AnswerAsync(http, null))
            .ForOpenPagesOf(Role.Admin, Role.Doctor, Role.Patient).AuditsNothing("it says whether one's own session goes on, and nothing of any record");
        app.MapGet(OfWork, (HttpContext http, LiveStreams streams, GetWorkListHandler handler) => streams.AnswerAsync(http, WorkPart.Of(http.Request.Query, handler)))
            .ForOpenPagesOf(Role.Doctor).Audits(AuditAction.AppointmentsListed, AuditAction.PatientsListed);
        app.MapGet(OfLog, (HttpContext http, LiveStreams streams, QueryLogHandler handler, ClinicClock clock, Cursors seals) =>
                streams.AnswerAsync(http, new LogPart(handler, LogSelection.Of(http.Request.Query), clock, seals)))
            .ForOpenPagesOf(Role.Admin).Audits(AuditAction.SecurityLogViewed);
        app.MapGet(OfImport, (HttpContext http, LiveStreams streams, WatchImportHandler handler) => streams.AnswerAsync(http, new ImportPart(handler)))
            .ForOpenPagesOf(Role.Admin).AuditsNothing("it says how many rows an import has read, and nothing of any record");
        app.MapGet(Stay, (HttpContext http, TimeProvider time) => StayAsync(http, time)).ForPagesOf(Role.Admin, Role.Doctor, Role.Patient)
            .AuditsNothing("it says how long one's own session goes on").ExcludeFromDescription();
    }

    private static RouteHandlerBuilder ForOpenPagesOf(this RouteHandlerBuilder endpoint, params Role[] roles) =>
        endpoint.ForPagesOf(roles).WithMetadata(new UsesNothing()).ExcludeFromDescription();

    // Asking for it is the use that moves the session's end; there is nothing else to do.
    private static async Task<IResult> StayAsync(HttpContext http, TimeProvider time)
    {
        var caller = await Caller.BindAsync(http);
        return TypedResults.Json(OpenPage.Until(SessionEnd.Of(caller.Resolved), time));
    }
}
