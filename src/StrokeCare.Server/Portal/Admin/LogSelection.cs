using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Which rows of the log, as the address of the page and of its download says it. What is not understood narrows nothing.</summary>
internal sealed record LogSelection(string? Event, string? Severity, string? Outcome, string? User, string? From, string? To)
{
    public static LogSelection Of(IQueryCollection query)
    {
        string? Of(string name) => query[name].FirstOrDefault();
        return new(Of("event"), Of("severity"), Of("outcome"), Of("user"), Of("from"), Of("to"));
    }

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
