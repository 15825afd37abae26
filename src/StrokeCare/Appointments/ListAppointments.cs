using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>A page of appointments in the order of their beginning: patients see their own, doctors those they have, admins all.</summary>
public sealed class ListAppointmentsHandler(IAppointmentStore appointments, IPatientStore patients, AuditTrail audit)
{
    private const string Operation = "list somebody else's appointments";

    /// <summary>The page's <c>Next</c> is the key of its last appointment; the edge makes an opaque cursor of it.</summary>
    public async Task<Result<Page<Appointment>>> HandleAsync(AppointmentFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Doctor)
        {
            if (filter.DoctorId is { } named && named != actor.Id) return await audit.DeniedAsync(actor, Operation, null, ct);
            filter = filter with { DoctorId = actor.Id };
        }

        if (actor.Role == Role.Patient)
        {
            var own = await patients.FindByUserAsync(actor.Id, ct) is { IsArchived: false } record ? record.Id : (PatientId?)null;
            if (filter.PatientId is { } named && named != own) return await audit.DeniedAsync(actor, Operation, named.ToString(), ct);
            if (own is null) return await AnswerAsync([], filter, actor, ct);
            filter = filter with { PatientId = own };
        }

        return await AnswerAsync(await appointments.ListAsync(filter with { Limit = filter.Limit + 1 }, ct), filter, actor, ct);
    }

    private async Task<Page<Appointment>> AnswerAsync(IReadOnlyList<Appointment> rows, AppointmentFilter filter, Actor actor, CancellationToken ct)
    {
        var page = rows.ToPage(filter.Limit, last => AppointmentKey.Of(last).ToString());
        await audit.SawManyAsync(AuditAction.AppointmentsListed, actor, [.. page.Items.Select(one => one.Id.ToString())], ct);
        return page;
    }
}
