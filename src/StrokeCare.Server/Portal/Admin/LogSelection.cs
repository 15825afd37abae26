using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Which rows of the log, as the address of the page and of its download says it. What is not understood narrows nothing.</summary>
internal sealed record LogSelection(string? Event, string? Severity, string? Outcome, string? User, string? From, string? To)
{
    public bool IsFiltered => new[] { Event, Severity, Outcome, User, From, To }.Any(one => !string.IsNullOrEmpty(one));

    public AuditAction? Action => AuditNames.Parse<AuditAction>(Event);

    public AuditSeverity? Weight => AuditNames.Parse<AuditSeverity>(Severity);

    public AuditStatus? Status => AuditNames.Parse<AuditStatus>(Outcome);

    public string Link(string path) => QueryHelp.Link(path, ("event", Event), ("severity", Severity), ("outcome", Outcome), ("user", User), ("from", From), ("to", To));

    public LogFilter ToFilter(ClinicClock clock) => new()
    {
        EventType = Action?.Wire(),
        Severity = Weight?.Wire(),
        Status = Status?.Wire(),
        UserId = RouteIds.User(User ?? "")?.Value,
        From = Midnight(From, 0, clock),
        To = Midnight(To, 1, clock),
    };

    // On the clinic's clock; a day whose midnight is skipped begins when its first hour does.
    private static DateTimeOffset? Midnight(string? typed, int daysOn, ClinicClock clock) =>
        SlotText.ReadDate(typed) is { Year: >= 1900 and <= 9000 } date ? clock.BeginOf(date.AddDays(daysOn), default) : null;
}

/// <summary>The log as a file, with the filters of <see cref="LogPage"/>.</summary>
internal static class LogDownload
{
    public const string Path = "/admin/log/export.csv";

    public static void MapLogDownload(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, ExportAsync).ForPagesOf(Role.Admin).Audits(AuditAction.SecurityLogExported).ExcludeFromDescription();

    private static async Task<IResult> ExportAsync(HttpContext http, ExportLogHandler handler, ClinicClock clock, CancellationToken ct)
    {
        var caller = await Caller.BindAsync(http);
        string? Of(string name) => http.Request.Query[name].FirstOrDefault();
        var wanted = new LogSelection(Of("event"), Of("severity"), Of("outcome"), Of("user"), Of("from"), Of("to"));
        var exported = await handler.HandleAsync(wanted.ToFilter(clock), caller.Actor, ct);
        return exported.Succeeded
            ? TypedResults.Stream(stream => LogCsv.WriteAsync(exported.Value.Rows, stream, ct), "text/csv; charset=utf-8", "security-log.csv")
            : exported.Error.ToProblem(http);
    }
}
