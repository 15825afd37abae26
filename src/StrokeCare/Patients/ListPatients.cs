using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>A page of patients with, if asked for, their doctors: one query for the page, one for all its doctors.</summary>
public sealed record ListedPatients(Page<PatientSummary> Page, IReadOnlyDictionary<UserId, DoctorName>? Doctors);

public sealed class ListPatientsHandler(IPatientStore patients, IUserStore users, AuditTrail audit)
{
    /// <summary>Admins see all, doctors their own. The page's <c>Next</c> is the last id; the edge makes an opaque cursor of it.</summary>
    public async Task<Result<ListedPatients>> HandleAsync(PatientFilter filter, bool includeDoctor, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "list patients", null, ct);
        if (actor.Role == Role.Doctor)
        {
            var foreign = filter.AssignedDoctorId is { } named && named != actor.Id;
            if (foreign || filter.Archived) return await audit.DeniedAsync(actor, "list another doctor's patients", null, ct);
            filter = filter with { AssignedDoctorId = actor.Id };
        }

        var rows = await patients.ListAsync(filter with { Limit = filter.Limit + 1 }, ct);
        var page = rows.ToPage(filter.Limit, last => last.Id.ToString());
        var doctors = includeDoctor ? await DoctorsAsync(page.Items, ct) : null;
        await audit.SawManyAsync(AuditAction.PatientsListed, actor, [.. page.Items.Select(p => p.Id.ToString())], ct);
        return new ListedPatients(page, doctors);
    }

    private async Task<IReadOnlyDictionary<UserId, DoctorName>> DoctorsAsync(IReadOnlyList<PatientSummary> items, CancellationToken ct)
    {
        var ids = items.Select(p => p.AssignedDoctorId).OfType<UserId>().Distinct().ToList();
        return ids.Count == 0 ? new Dictionary<UserId, DoctorName>() : await users.NamesAsync(ids, ct);
    }
}
