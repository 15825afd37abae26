using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>A day on which a doctor is away. Only they and admins see the note.</summary>
public readonly record struct DayAway
{
    public required DateOnly Date { get; init; }

    public string? Note { get; init; }
}

/// <summary>All days off as they shall be from now on. Appointments that are booked stay where they are.</summary>
public sealed record SetDaysOff
{
    public required IReadOnlyList<DayAway> DaysOff { get; init; }

    public long? Version { get; init; }
}

public sealed class SetDaysOffHandler(IDoctorHoursStore hours, IUserStore users, AuditTrail audit, TimeProvider time)
{
    public Task<Result<WorkingHours>> HandleAsync(UserId doctor, SetDaysOff command, ExpectedVersion expected, Actor actor, CancellationToken ct) => new HoursChange(hours, users, audit)
        .MakeAsync(doctor, stored => stored.WithDaysOff(command.DaysOff.Select(day => new DayOff(day.Date, day.Note)), time.GetUtcNow()), expected, actor, ct);
}
