using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Stops an import after the batch it is at, whoever began it. What is stored stays; starting again with the same file goes on.</summary>
public sealed class CancelImportHandler(ImportDesk desk, AuditTrail audit, TimeProvider time)
{
    public static readonly Error Over = new(ErrorKind.Conflict, "import.over", "This import is not under way any more.");

    /// <summary>So long its end is waited for. After that it still comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Result<ImportSight>> HandleAsync(string id, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "cancel an import", null, ct);
        if (!desk.TryCancel(id, out var ended)) return Over;
        await audit.HappenedAsync(AuditAction.ImportStopped, actor, $"An import by {desk.Run!.StartedBy} was asked to stop", AuditSeverity.Info, ct);
        await Task.WhenAny(ended, Task.Delay(Patience, time, ct));
        return new ImportSight(desk.Run);
    }
}
