using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Consistency;

/// <summary>What a check is busy with, and how much of it is done.</summary>
public readonly record struct ConsistencyProgress(string Step, long Done);

/// <summary>What a check saw. It is <see cref="Ok"/> only without any finding.</summary>
public sealed record ConsistencyReport
{
    public required long Entities { get; init; }

    public required long LogRows { get; init; }

    public required IReadOnlyList<ConsistencyFinding> Findings { get; init; }

    public bool Ok => Findings.Count == 0;
}

/// <summary>
/// Looks for what should not exist in any pair of stores: unfinished intents, entities that name accounts or records that
/// are not there or have left, changes that wait for the log for more than 5 seconds, versions without their row or rows without
/// their version, claims without a record and records without their claim, time that is owned by nobody who covers it. It may run beside a serving portal.
/// </summary>
public sealed class CheckConsistencyHandler(
    ReferenceChecks referenceChecks, IReadOnlyList<IConsistencySource> stores, IReadOnlyList<IChangeSource> changes, IIntentStore intents,
    VerifyLogHandler verify, AuditTrail audit, TimeProvider time)
{
    /// <summary>The relay looks every second: what waits longer than this is not about to be carried.</summary>
    public static readonly TimeSpan LongestPending = TimeSpan.FromSeconds(5);

    /// <summary>Recovery looks every 30 seconds and carries an intent to its end.</summary>
    public static readonly TimeSpan LongestIntent = TimeSpan.FromMinutes(2);

    private const int PageSize = 1000;

    /// <param name="actor">Who asks; admins only.</param>
    /// <param name="progress">Hears of each thousand entities; null if nobody listens.</param>
    /// <param name="ct">Stops between pages.</param>
    public async Task<Result<ConsistencyReport>> HandleAsync(Actor actor, IProgress<ConsistencyProgress>? progress, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "check consistency", null, ct);
        var findings = new List<ConsistencyFinding>();
        // First of all, before the verification below drains what is pending.
        findings.AddRange(await OverdueAsync(ct));
        findings.AddRange(await UnfinishedAsync(ct));
        var references = referenceChecks.Begin(progress);
        await references.ReadUsersAsync(ct);
        foreach (var store in stores)
        {
            foreach (var type in References.Types)
            {
                await foreach (var stored in store.ReferencesAsync(type, ct)) await references.AddAsync(stored, ct);
            }
        }

        foreach (var store in stores)
        {
            progress?.Report(new("claims and other keys", 0));
            await foreach (var fault in store.FaultsAsync(ct)) findings.Add(fault);
        }

        var verified = await verify.HandleAsync(new RowsOf(progress), ct);
        await references.LookAgainAsync(ct);
        findings.AddRange(references.Findings);
        findings.AddRange(verified.Findings.Select(finding => new ConsistencyFinding(finding.Code, finding.Message)));
        await ReportAsync(actor, findings, ct);
        return new ConsistencyReport { Entities = references.Entities, LogRows = verified.Rows, Findings = findings };
    }

    private async Task<IEnumerable<ConsistencyFinding>> OverdueAsync(CancellationToken ct)
    {
        var overdue = new List<ConsistencyFinding>();
        foreach (var source in changes)
        {
            var pending = await source.PendingStateAsync(ct);
            if (pending.OldestSince is not { } since || time.GetUtcNow() - since <= LongestPending) continue;
            overdue.Add(new(
                "change.overdue", string.Create(CultureInfo.InvariantCulture, $"{pending.Count} changes wait for the log, the oldest since {since:yyyy-MM-dd HH:mm:ss} UTC."))
            {
                Repairable = true,
            });
        }

        return overdue;
    }

    private async Task<IEnumerable<ConsistencyFinding>> UnfinishedAsync(CancellationToken ct)
    {
        var (found, before) = (new List<ConsistencyFinding>(), time.GetUtcNow() - LongestIntent);
        IReadOnlyList<Intent> page = [];
        do
        {
            page = await intents.OpenAsync(before, page is [.., var last] ? last : null, PageSize, ct);
            found.AddRange(page.Select(intent => new ConsistencyFinding(
                "intent.unfinished", string.Create(CultureInfo.InvariantCulture, $"Intent {intent.Id} ({AuditNames.Snake($"{intent.Kind}")}) is open since {intent.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC."))
            {
                Entity = "intent",
                Id = intent.Id,
                Repairable = true,
            }));
        }
        while (page.Count == PageSize);
        return found;
    }

    private Task ReportAsync(Actor actor, List<ConsistencyFinding> findings, CancellationToken ct) => audit.HappenedAsync(
        AuditAction.ConsistencyChecked, actor, $"Consistency checked: {AuditTrail.Count(findings.Count, "finding")}", findings.Count == 0 ? AuditSeverity.Info : AuditSeverity.High, ct);

    private sealed class RowsOf(IProgress<ConsistencyProgress>? progress) : IProgress<long>
    {
        public void Report(long value) => progress?.Report(new("rows of the log", value));
    }
}
