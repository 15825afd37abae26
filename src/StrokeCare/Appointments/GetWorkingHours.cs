using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

/// <summary>When a doctor works, for whoever is signed in. Why they are away on some day is for themselves and admins.</summary>
public sealed class GetWorkingHoursHandler(IDoctorHoursStore hours, IUserStore users)
{
    public async Task<Result<WorkingHours>> HandleAsync(UserId doctor, Actor actor, CancellationToken ct)
    {
        if (!await users.IsDoctorAsync(doctor, ct)) return DoctorErrors.NotFound;
        var found = await hours.FindAsync(doctor, ct);
        return actor.Role == Role.Admin || actor.Id == doctor ? found : found with { DaysOff = [.. found.DaysOff.Select(day => day with { Note = null })] };
    }
}
