using System.Runtime.CompilerServices;
using StrokeCare.Accounts;

namespace StrokeCare.Audit;

/// <summary>Rows that are read as they are asked for, newest first.</summary>
public sealed record LogExport(IAsyncEnumerable<LogRow> Rows);

/// <summary>Every row of the security log that matches, for admins. That it was taken is in the log before the first row leaves.</summary>
public sealed class ExportLogHandler(ISecurityLog log, AuditTrail audit)
{
    private const int Batch = 500;

    /// <summary>What is appended after the first batch was read is not among them.</summary>
    public async Task<Result<LogExport>> HandleAsync(LogFilter filter, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "export the security log", null, ct);
        await audit.HappenedAsync(AuditAction.SecurityLogExported, actor, "Rows of the security log exported", AuditSeverity.Info, ct);
        return new LogExport(RowsAsync(filter, ct));
    }

    private async IAsyncEnumerable<LogRow> RowsAsync(LogFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = filter with { Limit = Batch };
        while (true)
        {
            var rows = await log.FindAsync(next, ct);
            foreach (var row in rows) yield return row;
            if (rows.Count < Batch) yield break;
            next = next with { BeforeSeq = rows[^1].Seq };
        }
    }
}
