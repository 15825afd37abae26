using System.Runtime.CompilerServices;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Audit;

/// <summary>One thing that should not be. <see cref="Seq"/> is the first row at fault where a row is; <see cref="FromSeq"/> is lower when the fault can only be placed between two checkpoints.</summary>
public sealed record LogFinding(string Code, string Message)
{
    public long? Seq { get; init; }

    public long? FromSeq { get; init; }
}

/// <summary>What a verification saw. It is <see cref="Ok"/> only without any finding.</summary>
public sealed record LogVerification
{
    public required long Rows { get; init; }

    public required int Checkpoints { get; init; }

    public required long Entities { get; init; }

    /// <summary>The first row at fault; null when every row is good.</summary>
    public long? FirstBadSeq => Findings.Min(f => f.Seq);

    public required IReadOnlyList<LogFinding> Findings { get; init; }

    /// <summary>Rows after this seq are chained but not yet vouched for by a checkpoint: a truncation there goes unseen.</summary>
    public required long CoveredTo { get; init; }

    public bool Ok => Findings.Count == 0;
}

/// <summary>
/// Recomputes every row, holds the chain against the checkpoints outside the database, and compares the log with the
/// version of every entity in every store. It writes nothing to the log's rows.
/// </summary>
public sealed class VerifyLogHandler(
    ISecurityLog log, IReadOnlyList<IChangeSource> sources, Relay relay, CheckpointFile file, SigningKeys keys)
{
    private const int PageSize = 1000;

    /// <param name="rowsChecked">Hears how many rows are done; null if nobody listens.</param>
    /// <param name="ct">Stops between pages.</param>
    public async Task<LogVerification> HandleAsync(IProgress<long>? rowsChecked, CancellationToken ct)
    {
        // Read before the log is: everything these versions promise must be in it once the relay has drained.
        var before = await VersionsAsync(ct);
        await relay.DrainAsync(ct);

        var checkpoints = file.Read();
        var chain = new ChainCheck(checkpoints, await log.HeadAsync(ct), keys);
        var seen = new EntityRows();
        await foreach (var row in RowsAsync(chain, ct))
        {
            chain.Check(row);
            seen.Add(row);
            if (chain.Rows % PageSize == 0) rowsChecked?.Report(chain.Rows);
        }

        chain.Finish(await log.HeadAsync(ct));
        // Of each record read again, which is the dearest part, only where a row is of something that was not there yet then.
        var entityFindings = seen.Compare(before, seen.AreWithin(before) ? before : await VersionsAsync(ct));
        return new LogVerification
        {
            Rows = chain.Rows,
            Checkpoints = checkpoints.Checkpoints.Count,
            Entities = before.Count,
            Findings = [.. chain.Findings, .. entityFindings],
            CoveredTo = chain.CoveredTo,
        };
    }

    // The last number of a full page waits for the page after it: rows that share a number are all seen, or, where they
    // fill a page alone, enough of them to be reported. Numbers that do not rise any more end the walk.
    private async IAsyncEnumerable<LogRow> RowsAsync(ChainCheck chain, [EnumeratorCancellation] CancellationToken ct)
    {
        var after = long.MinValue;
        var size = PageSize;
        while (true)
        {
            var page = await PageAsync(after, size, ct);
            if (page is null && size > 1)
            {
                size = 1;
                continue;
            }

            if (page is null) chain.StopAtUnreadable();
            if (page is null or { Count: 0 }) yield break;
            var last = page.Max(row => row.Seq);
            var waits = page.Count == PageSize && page[0].Seq != last;
            foreach (var row in page)
            {
                if (!waits || row.Seq != last) yield return row;
            }

            if (last <= after) yield break;
            after = waits ? last - 1 : last;
        }
    }

    // A value of a wrong type or form in one row is a finding about that row, not the end of the verification.
    private async Task<IReadOnlyList<LogRow>?> PageAsync(long after, int size, CancellationToken ct)
    {
        try
        {
            return await log.ReadAfterAsync(after, size, ct);
        }
        catch (Exception unreadable) when (unreadable is FormatException or InvalidCastException or OverflowException or (InvalidOperationException and not ObjectDisposedException))
        {
            return null;
        }
    }

    private async Task<Dictionary<(string Type, string Id), long>> VersionsAsync(CancellationToken ct)
    {
        var versions = new Dictionary<(string Type, string Id), long>();
        foreach (var source in sources)
        {
            await foreach (var entity in source.VersionsAsync(ct)) versions[(entity.Type.Wire(), entity.Id)] = entity.Version;
        }

        return versions;
    }
}

/// <summary>The row that the last verification on request left; null when there has been none.</summary>
public sealed record LastVerification(LogRow? Row);

/// <summary>Verification as an admin asks for it over the API: refused to others, and itself in the log.</summary>
public sealed class VerifyLogOnRequestHandler(VerifyLogHandler verify, ISecurityLog log, AuditTrail audit)
{
    public async Task<Result<LogVerification>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "verify the security log", null, ct);
        var verification = await verify.HandleAsync(null, ct);
        await audit.HappenedAsync(
            AuditAction.SecurityLogVerified, actor, $"Security log verified: {verification.Rows} rows, {verification.Findings.Count} findings",
            verification.Ok ? AuditSeverity.Info : AuditSeverity.High, ct);
        return verification;
    }

    /// <summary>When that was last asked for, by whom, and how it ended. It shows no row about anybody else, so it leaves none.</summary>
    public async Task<Result<LastVerification>> LastAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "see when the log was verified", null, ct);
        return new LastVerification(await log.FindAsync(new() { EventType = AuditAction.SecurityLogVerified.Wire(), Limit = 1 }, ct) is [var row, ..] ? row : null);
    }
}
