using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>The latest first.</summary>
public sealed record RecentPatients(IReadOnlyList<PatientSummary> Items);

/// <summary>Whose records a doctor opened last. The log knows it, as it knows every look; nothing else keeps it.</summary>
public sealed class ListRecentPatientsHandler(ISecurityLog log, IPatientStore patients, AuditTrail audit)
{
    public const int Most = 6;

    /// <summary>One record is often opened many times over.</summary>
    private const int Looks = 60;

    /// <summary>For doctors: those of their current patients whom they opened last, the latest first, at most <see cref="Most"/>.</summary>
    public async Task<Result<RecentPatients>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Doctor) return await audit.DeniedAsync(actor, "list patients opened last", null, ct);
        var looks = await log.FindAsync(new() { UserId = actor.Id.Value, EventType = AuditAction.PatientViewed.Wire(), Limit = Looks }, ct);
        var opened = looks.Select(row => PatientId.TryParse(row.EntityId, out var id) ? id : (PatientId?)null).OfType<PatientId>().Distinct().ToList();
        var own = (opened.Count == 0 ? [] : await patients.AmongAsync(new() { Ids = opened, AssignedDoctorId = actor.Id }, ct)).ToDictionary(patient => patient.Id);
        List<PatientSummary> recent = [.. opened.Where(own.ContainsKey).Take(Most).Select(id => own[id])];
        if (recent.Count > 0) await audit.SawManyAsync(AuditAction.PatientsListed, actor, [.. recent.Select(patient => patient.Id.ToString())], ct);
        return new RecentPatients(recent);
    }
}
