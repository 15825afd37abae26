using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Appointments;

/// <summary>
/// Gives what a doctor has ahead to another one, appointment by appointment and at the same times: a part of the job that
/// moves the patients. Where the successor is busy, the two share the time, and somebody has to look at it; nothing is lost.
/// </summary>
public sealed class HandOverAppointments(IAppointmentStore appointments, AuditTrail audit, TimeProvider time)
{
    private const int PageSize = 100;

    public Task<long> CountAsync(UserId doctor, CancellationToken ct) => appointments.CountFutureOfDoctorAsync(doctor, time.GetUtcNow(), ct);

    /// <summary>Moves a page of them; answers how many there were. Safe to repeat: what was moved is no longer found.</summary>
    public async Task<int> MoveAsync(UserId from, UserId to, Actor actor, CancellationToken ct)
    {
        var page = await appointments.FutureOfDoctorAsync(from, time.GetUtcNow(), PageSize, ct);
        foreach (var id in page)
        {
            if (await appointments.FindAsync(id, ct) is not { IsActive: true } appointment || appointment.DoctorId != from) continue;
            var busy = await appointments.BusyAsync(BusyFilter.Of(appointment) with { DoctorId = to }, ct);
            var next = appointment.HandOver(to, busy, time.GetUtcNow()).Value!;
            var action = next.Overrides.Count > 0 ? AuditAction.AppointmentOverridden : AuditAction.AppointmentRescheduled;
            // One that somebody else changed, or whose time somebody took meanwhile, is found again on the next page.
            await appointments.UpdateAsync(next, audit.Of(action, actor, next), ct);
            Failpoint.Hit("reassign.after_appointment");
        }

        return page.Count;
    }
}
