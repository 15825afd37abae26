using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;

namespace StrokeCare.Analytics;

/// <summary>The appointments of one day on the clinic's clock, by what became of them.</summary>
public sealed record AppointmentDay(DateOnly Date)
{
    public long Scheduled { get; init; }

    public long Arrived { get; init; }

    public long Completed { get; init; }

    public long Cancelled { get; init; }

    public long NoShow { get; init; }
}

/// <summary>Two weeks back and two ahead at one look.</summary>
public sealed record Overview(DateOnly From, DateOnly To)
{
    /// <summary>Every day, those without appointments as well.</summary>
    public required IReadOnlyList<AppointmentDay> Appointments { get; init; }

    /// <summary>Of those who were expected and came or did not, in these days: the part that did not, 0 to 1. Null while nobody was.</summary>
    public required double? NoShowRate { get; init; }

    /// <summary>Sign-ins that failed, or met a lock, on each day in UTC up to today; for admins, else absent.</summary>
    public IReadOnlyList<Tally<DateOnly>>? SignInFailures { get; init; }
}

/// <summary>Counts for the page that a day begins with: a doctor's own appointments, for an admin all of them and who failed to sign in.</summary>
public sealed class GetOverviewHandler(IAnalyticsStore store, ISecurityLog log, AnalyticsCache cache, ClinicClock clinic, AuditTrail audit, TimeProvider time)
{
    public const int DaysAround = 14;

    // A day ends by itself.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private static readonly HashSet<string> Failures = new([AuditAction.Login.Wire(), AuditAction.LoginLocked.Wire()], StringComparer.Ordinal);

    public async Task<Result<Overview>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "see the overview", null, ct);
        var doctor = actor.Role == Role.Doctor ? actor.Id : (UserId?)null;
        var overview = await cache.GetAsync("overview", doctor, Lifetime, token => CountAsync(doctor, token), ct);
        // Not kept: a sign-in that fails is no change of a record.
        return doctor is null ? overview with { SignInFailures = await FailuresAsync(ct) } : overview;
    }

    private async Task<Overview> CountAsync(UserId? doctor, CancellationToken ct)
    {
        var today = clinic.At(time.GetUtcNow()).Date;
        var (from, to) = (today.AddDays(-DaysAround), today.AddDays(DaysAround));
        var cells = await store.AppointmentsAsync(doctor, from, to, ct);
        long CountOf(AppointmentStatus status, DateOnly? date = null) => cells.Where(cell => cell.Status == status && (date is null || cell.Date == date)).Sum(cell => cell.Count);
        var (came, missed) = (CountOf(AppointmentStatus.Completed) + CountOf(AppointmentStatus.Arrived), CountOf(AppointmentStatus.NoShow));
        return new(from, to)
        {
            Appointments = [.. from.DaysTo(to).Select(date => new AppointmentDay(date)
            {
                Scheduled = CountOf(AppointmentStatus.Scheduled, date),
                Arrived = CountOf(AppointmentStatus.Arrived, date),
                Completed = CountOf(AppointmentStatus.Completed, date),
                Cancelled = CountOf(AppointmentStatus.Cancelled, date),
                NoShow = CountOf(AppointmentStatus.NoShow, date),
            })],
            NoShowRate = came + missed == 0 ? null : Math.Round((double)missed / (came + missed), 4),
        };
    }

    private async Task<IReadOnlyList<Tally<DateOnly>>> FailuresAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var today = now.UtcDay();
        var from = today.AddDays(-DaysAround);
        var cells = await log.CountAsync(from.UtcMidnight(), now, ct);
        var failed = cells.Where(cell => Failures.Contains(cell.EventType) && cell.Status == AuditStatus.Failure.Wire()).ToLookup(cell => cell.Day);
        return [.. from.DaysTo(today).Select(day => new Tally<DateOnly>(day, failed[day].Sum(cell => cell.Count)))];
    }
}
