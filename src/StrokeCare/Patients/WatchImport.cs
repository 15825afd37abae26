using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>The import under way or the last one; null when there was none since the portal was started.</summary>
public sealed record ImportSight(ImportRun? Run);

/// <summary>How far an import is, for every admin: it holds counts and line numbers, and nothing of a record.</summary>
public sealed class WatchImportHandler(ImportDesk desk, AuditTrail audit)
{
    public async Task<Result<ImportSight>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "watch an import", null, ct);
        return new ImportSight(desk.Run);
    }

    /// <summary>Whether it is not what this was any more.</summary>
    internal bool HasMoved(ImportRun? since) => !ReferenceEquals(desk.Run, since);
}
