using StrokeCare.Accounts;

namespace StrokeCare.Patients;

/// <summary>Which record is one's own: its id and nothing of it. None for who has none, or one that is archived.</summary>
public sealed class FindOwnRecordHandler(IPatientStore patients)
{
    public async Task<PatientId?> HandleAsync(Actor actor, CancellationToken ct) =>
        actor.Role == Role.Patient && await patients.FindByUserAsync(actor.Id, ct) is { IsArchived: false } own ? own.Id : null;
}
