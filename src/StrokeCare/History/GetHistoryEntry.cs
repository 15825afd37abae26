using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>One entry of a patient's history with all that it said before, for whoever may read the record.</summary>
public sealed class GetHistoryEntryHandler(IPatientStore patients, IHistoryStore history, AuditTrail audit)
{
    private const string Operation = "read an entry of a patient's history";

    public async Task<Result<HistoryEntry>> HandleAsync(HistoryAddress entry, Actor actor, CancellationToken ct)
    {
        var found = await patients.ForAsync(actor, entry.Patient, PatientAccess.CanRead, Operation, audit, ct);
        if (!found.Succeeded) return found.Error;
        var stored = await history.FindAsync(entry.Patient, entry.Id, ct);
        if (stored is null) return actor.Role == Role.Admin ? HistoryErrors.NotFound : await audit.DeniedAsync(actor, Operation, entry.Patient.ToString(), ct);
        await audit.SawHistoryAsync(actor, entry.Patient, [stored], ct);
        return stored;
    }
}
