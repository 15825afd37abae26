using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Analytics;

/// <summary>Counts over current records and over appointments, computed where they are; one contract suite runs against all engines. Archived records are in none of them.</summary>
public interface IAnalyticsStore
{
    /// <summary>One group for each level that occurs, of one doctor's patients or of all.</summary>
    Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct);

    /// <summary>How many patients there are with each combination of traits that occurs.</summary>
    Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct);

    /// <summary>How many appointments of a doctor or of all there are on each day, the first and the last included, in each status; counted inside an index.</summary>
    Task<IReadOnlyList<AppointmentCell>> AppointmentsAsync(UserId? doctor, DateOnly from, DateOnly to, CancellationToken ct);
}

/// <summary>The patients of one risk level: how many, their average age in years and average demonstration probability from 0 to 1; null where none of them has any.</summary>
public sealed record RiskGroup(RiskLevel RiskLevel, long Count, double? AverageAge, double? AverageRisk);

/// <summary>How many appointments of one day, on the clinic's clock, are in one status.</summary>
public sealed record AppointmentCell(DateOnly Date, AppointmentStatus Status, long Count);

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
