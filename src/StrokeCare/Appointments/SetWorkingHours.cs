using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>A stretch of a day, on the clinic's wall clock.</summary>
public readonly record struct DaySpan
{
    public required TimeOnly From { get; init; }

    public required TimeOnly To { get; init; }
}

/// <summary>The hours of a week as they shall be from now on. Appointments that are booked stay where they are.</summary>
public sealed record SetWorkingHours
{
    public IReadOnlyList<DaySpan> Monday { get; init; } = [];

    public IReadOnlyList<DaySpan> Tuesday { get; init; } = [];

    public IReadOnlyList<DaySpan> Wednesday { get; init; } = [];

    public IReadOnlyList<DaySpan> Thursday { get; init; } = [];

    public IReadOnlyList<DaySpan> Friday { get; init; } = [];

    public IReadOnlyList<DaySpan> Saturday { get; init; } = [];

    public IReadOnlyList<DaySpan> Sunday { get; init; } = [];

    public long? Version { get; init; }

    internal IEnumerable<WorkingSpan> Spans =>
    [
        .. On(DayOfWeek.Monday, Monday), .. On(DayOfWeek.Tuesday, Tuesday), .. On(DayOfWeek.Wednesday, Wednesday), .. On(DayOfWeek.Thursday, Thursday),
        .. On(DayOfWeek.Friday, Friday), .. On(DayOfWeek.Saturday, Saturday), .. On(DayOfWeek.Sunday, Sunday),
    ];

    private static IEnumerable<WorkingSpan> On(DayOfWeek day, IEnumerable<DaySpan> spans) => spans.Select(span => new WorkingSpan(day, span.From, span.To));
}

public sealed class SetWorkingHoursHandler(IDoctorHoursStore hours, IUserStore users, AuditTrail audit, TimeProvider time)
{
    public Task<Result<WorkingHours>> HandleAsync(UserId doctor, SetWorkingHours command, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        new HoursChange(hours, users, audit).MakeAsync(doctor, stored => stored.WithSpans(command.Spans, time.GetUtcNow()), expected, actor, ct);
}

/// <summary>A doctor's own hours, or any to an admin; guarded by the version that hours and days off have in common.</summary>
internal readonly record struct HoursChange(IDoctorHoursStore Hours, IUserStore Users, AuditTrail Audit)
{
    public async Task<Result<WorkingHours>> MakeAsync(
        UserId doctor, Func<WorkingHours, Result<WorkingHours>> change, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin && !(actor.Role == Role.Doctor && actor.Id == doctor))
            return await Audit.DeniedAsync(actor, "change a doctor's working hours", null, ct);
        if (!await Users.IsDoctorAsync(doctor, ct)) return DoctorErrors.NotFound;
        var stored = await Hours.FindAsync(doctor, ct);
        if (expected.Mismatch(stored.Version) is { } mismatch) return mismatch;
        var next = change(stored);
        if (!next.Succeeded) return next.Error;
        return await Hours.UpdateAsync(next.Value, Audit.OfHours(actor, next.Value), ct) ? next.Value : expected.LostRace;
    }
}
