using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Analytics;

/// <summary>Counts over current records, computed where the records are; one contract suite runs against all engines. Archived records are in none of them.</summary>
public interface IAnalyticsStore
{
    /// <summary>One group for each level that occurs, of one doctor's patients or of all.</summary>
    Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct);

    /// <summary>How many patients there are with each combination of traits that occurs.</summary>
    Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct);
}

/// <summary>The patients of one risk level: how many, their average age in years and average demonstration probability from 0 to 1; null where none of them has any.</summary>
public sealed record RiskGroup(RiskLevel RiskLevel, long Count, double? AverageAge, double? AverageRisk);

/// <summary>How many patients share these traits; null is what nobody has recorded.</summary>
public sealed record PopulationCell(long Count)
{
    public Gender? Gender { get; init; }

    public AgeBand? AgeBand { get; init; }

    public SmokingStatus? SmokingStatus { get; init; }

    public bool? Hypertension { get; init; }

    public bool? HeartDisease { get; init; }

    public bool? Diabetes { get; init; }

    public bool? AtrialFibrillation { get; init; }

    public bool? Stroke { get; init; }
}
