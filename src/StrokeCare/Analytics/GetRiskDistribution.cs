using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Risk;

namespace StrokeCare.Analytics;

/// <summary>All five levels in their order, those without patients as well; <c>not_assessed</c> is a group of its own and has no average risk.</summary>
public sealed record RiskDistribution(long Total, IReadOnlyList<RiskGroup> Levels);

/// <summary>How a doctor's patients, or for an admin all, are spread over the risk levels.</summary>
public sealed class GetRiskDistributionHandler(IAnalyticsStore store, AnalyticsCache cache, AuditTrail audit)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async Task<Result<RiskDistribution>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "see the risk distribution", null, ct);
        var doctor = actor.Role == Role.Doctor ? actor.Id : (UserId?)null;
        return await cache.GetAsync("risk-distribution", doctor, Lifetime, async token => Complete(await store.RiskGroupsAsync(doctor, token)), ct);
    }

    private static RiskDistribution Complete(IReadOnlyList<RiskGroup> found) => new(
        found.Sum(group => group.Count),
        [.. Enum.GetValues<RiskLevel>().Select(level => Rounded(found.FirstOrDefault(group => group.RiskLevel == level) ?? new(level, 0, null, null)))]);

    // Engines add numbers in an order of their own: beyond these digits they differ.
    private static RiskGroup Rounded(RiskGroup group) => group with
    {
        AverageAge = group.AverageAge is { } age ? Math.Round(age, 2) : null,
        AverageRisk = group.AverageRisk is { } risk ? Math.Round(risk, 6) : null,
    };
}
