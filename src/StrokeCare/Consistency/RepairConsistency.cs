using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Consistency;

/// <summary>What a repair did.</summary>
public sealed record ConsistencyRepair
{
    public required int IntentsEnded { get; init; }

    public required int ChangesCarried { get; init; }

    public required int KeysMended { get; init; }
}

/// <summary>
/// Does at once what recovery does by and by: carries pending changes into the log and intents to their end, releases
/// claims that no record holds, as soon as no writer can be behind them any more, and claims again what a record holds
/// without one. What names somebody who is not there is left to people.
/// </summary>
public sealed class RepairConsistencyHandler(
    IReadOnlyList<IConsistencySource> stores, IIntentStore intents, RecoverIntents recovery, Relay relay, AuditTrail audit, TimeProvider time)
{
    private const int Counted = 10_000;

    public async Task<Result<ConsistencyRepair>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "repair consistency", null, ct);
        var open = await OpenAsync(ct);
        await recovery.RecoverAsync(ct);
        var ended = open - await OpenAsync(ct);
        var mended = 0;
        foreach (var store in stores) mended += await store.RepairAsync(ct);
        var carried = await relay.DrainAsync(ct);
        await audit.HappenedAsync(
            AuditAction.ConsistencyRepaired, actor,
            string.Create(CultureInfo.InvariantCulture, $"Consistency repaired: {ended} intents ended, {mended} keys mended, {carried} changes carried"), AuditSeverity.Medium, ct);
        return new ConsistencyRepair { IntentsEnded = Math.Max(0, ended), ChangesCarried = carried, KeysMended = mended };
    }

    private async Task<int> OpenAsync(CancellationToken ct) => (await intents.OpenAsync(time.GetUtcNow() - RecoverIntents.Youngest, null, Counted, ct)).Count;
}
