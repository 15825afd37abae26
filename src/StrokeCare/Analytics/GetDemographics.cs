using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Analytics;

/// <summary>Who the patients are, one trait at a time.</summary>
public sealed record Demographics(long Total)
{
    public required IReadOnlyList<Tally<AgeBand?>> AgeBands { get; init; }

    public required IReadOnlyList<Tally<Gender?>> Genders { get; init; }

    public required IReadOnlyList<Tally<SmokingStatus?>> SmokingStatuses { get; init; }

    public required FactorTally Hypertension { get; init; }

    public required FactorTally HeartDisease { get; init; }

    public required FactorTally Diabetes { get; init; }

    public required FactorTally AtrialFibrillation { get; init; }

    public required FactorTally PriorStroke { get; init; }
}

/// <summary>Null is what nobody has recorded.</summary>
public sealed record Tally<T>(T Value, long Count);

public sealed record FactorTally(long Yes, long No, long NotRecorded);

/// <summary>How many of a doctor's patients, or for an admin of all, there are by age, sex and factor.</summary>
public sealed class GetDemographicsHandler(IAnalyticsStore store, AnalyticsCache cache, AuditTrail audit)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public async Task<Result<Demographics>> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "see the demographics", null, ct);
        var doctor = actor.Role == Role.Doctor ? actor.Id : (UserId?)null;
        return await cache.GetAsync("demographics", doctor, Lifetime, async token => Sum(await store.PopulationAsync(doctor, token)), ct);
    }

    private static Demographics Sum(IReadOnlyList<PopulationCell> cells) => new(cells.Sum(cell => cell.Count))
    {
        AgeBands = By(cells, cell => cell.AgeBand),
        Genders = By(cells, cell => cell.Gender),
        SmokingStatuses = By(cells, cell => cell.SmokingStatus),
        Hypertension = Factor(cells, cell => cell.Hypertension),
        HeartDisease = Factor(cells, cell => cell.HeartDisease),
        Diabetes = Factor(cells, cell => cell.Diabetes),
        AtrialFibrillation = Factor(cells, cell => cell.AtrialFibrillation),
        PriorStroke = Factor(cells, cell => cell.Stroke),
    };

    // Every value there is, so that a chart keeps its shape, and last what is not recorded.
    private static List<Tally<T?>> By<T>(IReadOnlyList<PopulationCell> cells, Func<PopulationCell, T?> trait)
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(value => (T?)value).Append(null).Select(value => new Tally<T?>(value, cells.Where(cell => Nullable.Equals(trait(cell), value)).Sum(cell => cell.Count)))];

    private static FactorTally Factor(IReadOnlyList<PopulationCell> cells, Func<PopulationCell, bool?> factor)
    {
        long Count(bool? value) => cells.Where(cell => factor(cell) == value).Sum(cell => cell.Count);
        return new(Count(true), Count(false), Count(null));
    }
}
