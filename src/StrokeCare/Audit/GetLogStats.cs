using StrokeCare.Accounts;
using StrokeCare.Analytics;

namespace StrokeCare.Audit;

/// <summary>How many rows the log has got from <paramref name="From"/> until before <paramref name="To"/>, by each of four things.</summary>
public sealed record LogStats(DateTimeOffset From, DateTimeOffset To, long Total)
{
    /// <summary>Those that occur, by name.</summary>
    public required IReadOnlyList<Tally<string>> EventTypes { get; init; }

    public required IReadOnlyList<Tally<string>> Severities { get; init; }

    public required IReadOnlyList<Tally<string>> Statuses { get; init; }

    /// <summary>Every day in UTC, those without rows as well.</summary>
    public required IReadOnlyList<Tally<DateOnly>> Days { get; init; }
}

/// <summary>Counts over a stretch of the log, for admins; by itself the last seven days, today included.</summary>
public sealed class GetLogStatsHandler(ISecurityLog log, AuditTrail audit, TimeProvider time)
{
    public const int MostDays = 366;

    private const int DaysByDefault = 7;

    public async Task<Result<LogStats>> HandleAsync(DateTimeOffset? from, DateTimeOffset? to, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "read the security log", null, ct);
        var end = to ?? time.GetUtcNow();
        var start = from ?? DateOnly.FromDayNumber(Math.Max(0, end.UtcDay().DayNumber + 1 - DaysByDefault)).UtcMidnight();
        if (start > end) return Error.Invalid("from", "is after to.");
        if (end - start > TimeSpan.FromDays(MostDays)) return Error.Invalid("from", $"is at most {MostDays} days before to.");
        var cells = await log.CountAsync(start, end, ct);
        await audit.HappenedAsync(AuditAction.SecurityLogViewed, actor, "Rows of the security log counted", AuditSeverity.Info, ct);
        return Sum(start, end, cells);
    }

    private static LogStats Sum(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<LogCell> cells) => new(from, to, cells.Sum(cell => cell.Count))
    {
        EventTypes = By(cells, cell => cell.EventType, cells.Select(cell => cell.EventType).Distinct().Order(StringComparer.Ordinal)),
        Severities = By(cells, cell => cell.Severity, Enum.GetValues<AuditSeverity>().Select(severity => severity.Wire())),
        Statuses = By(cells, cell => cell.Status, Enum.GetValues<AuditStatus>().Select(status => status.Wire())),
        Days = By(cells, cell => cell.Day, from < to ? from.UtcDay().DaysTo(to.AddTicks(-1).UtcDay()) : []),
    };

    private static List<Tally<T>> By<T>(IReadOnlyList<LogCell> cells, Func<LogCell, T> trait, IEnumerable<T> values)
        where T : notnull
    {
        var counts = cells.GroupBy(trait).ToDictionary(group => group.Key, group => group.Sum(cell => cell.Count));
        return [.. values.Select(value => new Tally<T>(value, counts.GetValueOrDefault(value)))];
    }
}
