using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>
/// When doctors work. Always relational, SQLite or PostgreSQL. A change is appended to the security log in the very
/// transaction that makes it. An outage throws <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IDoctorHoursStore
{
    /// <summary>At version 0 and without any hours for a doctor who never said.</summary>
    Task<WorkingHours> FindAsync(UserId doctor, CancellationToken ct);

    /// <summary>Stores spans and days off if the stored version is <c>next.Version - 1</c>; false: it is another.</summary>
    Task<bool> UpdateAsync(WorkingHours next, Change change, CancellationToken ct);
}
