using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Patients;
using StrokeCare.Tests.Mongo;
using StrokeCare.Tests.Patients;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Analytics;

/// <summary>What every engine counts, held against the same count over the records themselves.</summary>
public abstract class AnalyticsContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private static readonly double[] Ages = [0.5, 17.99, 18, 44.9, 45, 54, 55, 64, 65, 74, 75, 84, 85, 119];

    [Fact]
    public async Task Counts_each_level_with_its_averages_of_one_doctor_and_of_all()
    {
        var (doctor, patients) = await PopulateAsync();

        Hold(await Analytics.RiskGroupsAsync(doctor, Ct), [.. patients.Where(p => !p.IsArchived && p.AssignedDoctorId == doctor)]);
        Hold(await Analytics.RiskGroupsAsync(null, Ct), await AllAsync());
    }

    [Fact]
    public async Task Counts_every_combination_of_traits()
    {
        var (doctor, patients) = await PopulateAsync();

        var cells = await Analytics.PopulationAsync(doctor, Ct);

        var expected = patients.Where(p => !p.IsArchived && p.AssignedDoctorId == doctor).GroupBy(TraitsOf).ToDictionary(g => g.Key, g => (long)g.Count());
        Assert.Equal(expected.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal), cells.ToDictionary(c => c with { Count = 0 }, c => c.Count).OrderBy(e => e.Key.ToString(), StringComparer.Ordinal));
        Assert.Equal((await AllAsync()).Count, (await Analytics.PopulationAsync(null, Ct)).Sum(c => c.Count));
    }

    [Fact]
    public async Task A_doctor_without_patients_has_no_groups()
    {
        var nobody = new UserId(UniqueUser());
        Assert.Empty(await Analytics.RiskGroupsAsync(nobody, Ct));
        Assert.Empty(await Analytics.PopulationAsync(nobody, Ct));
    }

    private static void Hold(IReadOnlyList<RiskGroup> groups, IReadOnlyList<Patient> patients)
    {
        Assert.Equal(patients.Select(p => p.Risk.Level).Distinct().Order(), groups.Select(g => g.RiskLevel).Order());
        foreach (var group in groups)
        {
            var members = patients.Where(p => p.Risk.Level == group.RiskLevel).ToList();
            Assert.Equal(members.Count, group.Count);
            Same(members.Average(p => p.Age), group.AverageAge);
            Same(members.Average(p => p.Risk.Probability), group.AverageRisk);
        }
    }

    private static void Same(double? expected, double? counted)
    {
        Assert.Equal(expected is null, counted is null);
        if (expected is { } value) Assert.Equal(value, counted!.Value, 1e-9);
    }

    private static PopulationCell TraitsOf(Patient patient) => new(0)
    {
        AgeBand = patient.Age is { } age ? (AgeBand)AgeBands.Bounds.Count(bound => age >= bound) : null,
        Gender = patient.Details.Gender,
        SmokingStatus = patient.Details.SmokingStatus,
        Hypertension = patient.Details.Hypertension,
        HeartDisease = patient.Details.HeartDisease,
        Diabetes = patient.Details.Diabetes,
        AtrialFibrillation = patient.Details.AtrialFibrillation,
        Stroke = patient.Details.Stroke,
    };

    private async Task<(UserId Doctor, List<Patient> Patients)> PopulateAsync()
    {
        var doctor = UniqueUser();
        List<Patient> patients = [];
        for (var i = 0; i < 90; i++)
        {
            bool? Flag(int divisor) => (i / divisor % 3) switch { 0 => true, 1 => false, _ => null };
            var details = APatient().Details with
            {
                Age = Ages[i % Ages.Length],
                Gender = (Gender)(i % 3),
                SmokingStatus = i % 5 == 4 ? null : (SmokingStatus)(i % 5),
                Hypertension = Flag(1),
                HeartDisease = Flag(3),
                Diabetes = Flag(9),
                AtrialFibrillation = Flag(2),
                Stroke = Flag(5),
            };
            patients.Add(await AddedAsync(APatient().With(details: details, doctor: i % 7 == 0 ? UniqueUser() : doctor)));
        }

        for (var i = 1; i < 90; i += 30)
        {
            patients[i] = patients[i].Archive(Now);
            Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patients[i]));
        }

        return (new(doctor), patients);
    }

    private async Task<List<Patient>> AllAsync()
    {
        List<Patient> all = [];
        PatientFilter filter = new() { Limit = 100 };
        while (await Patients.ListAsync(filter, Ct) is { Count: > 0 } page)
        {
            foreach (var summary in page) all.Add(await StoredAsync(summary.Id));
            filter = filter with { Before = page[^1].Id };
        }

        return all;
    }
}

public sealed class SqliteAnalyticsTests(SqliteStoreFixture fixture) : AnalyticsContract<SqliteStoreFixture>(fixture);

public sealed class PostgreSqlAnalyticsTests(PostgreSqlStoreFixture fixture) : AnalyticsContract<PostgreSqlStoreFixture>(fixture);

public sealed class MongoAnalyticsTests(MongoStores fixture) : AnalyticsContract<MongoStores>(fixture);
