using StrokeCare.Changes;
using StrokeCare.Demo;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Demo;

public sealed class SyntheticPatientsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_draws_the_same_clinic_and_another_one_another()
    {
        var (first, again, other) = (Draw(1), Draw(1), Draw(2));
        Assert.Equal(first.Select(Told), again.Select(Told));
        Assert.NotEqual(first.Select(Told), other.Select(Told));
    }

    [Fact]
    public void Every_patient_and_entry_is_acceptable_and_nothing_is_of_tomorrow()
    {
        foreach (var one in Draw(3, 2_000))
        {
            var patient = Patient.Register(default, one.Details, new(), one.RegisteredAt);
            Assert.True(patient.Succeeded, $"{string.Join(", ", patient.Error?.Fields.Keys ?? [])}");
            if (one.Amended is not null) Assert.True(patient.Value.Amend(one.Amended, null, one.AmendedAt!.Value).Succeeded);
            Assert.InRange(one.RegisteredAt, Now.AddYears(-5), Now);
            Assert.All(one.History, text => Assert.True(text.RecordDate <= Now && HistoryEntry.Write(default, default, text, default, Now).Succeeded, text.Diagnosis));
            Assert.Equal(one.History.OrderBy(text => text.RecordDate), one.History);
            Assert.InRange(one.Doctor, 0, SyntheticPatients.Doctors - 1);
        }
    }

    [Fact]
    public void Diagnoses_fit_the_factors()
    {
        foreach (var one in Draw(4))
        {
            Assert.Equal(one.Details.AtrialFibrillation, Has(one, "Atrial fibrillation"));
            Assert.Equal(one.Details.Diabetes, Has(one, "Type 2 diabetes"));
            Assert.Equal(one.Details.Stroke, one.History.Any(text => text.Diagnosis.EndsWith("infarct", StringComparison.Ordinal) || text.Diagnosis.StartsWith("Lacunar infarct", StringComparison.Ordinal) || text.Diagnosis.Contains("Ischaemic stroke", StringComparison.Ordinal) || text.Diagnosis.Contains("haemorrhage", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void There_is_something_to_see_on_every_list()
    {
        var patients = Draw(2026);
        var (today, assessed) = (DateOnly.FromDateTime(Now.UtcDateTime), patients.ConvertAll(one => Patient.Register(default, one.Details, new(), one.RegisteredAt).Value!));
        var levels = assessed.CountBy(patient => patient.Risk.Level).ToDictionary();
        Assert.All(Enum.GetValues<RiskLevel>(), level => Assert.True(levels.GetValueOrDefault(level) >= 10, $"{level}: {levels.GetValueOrDefault(level)}"));
        Assert.InRange(patients.Count(one => one.Details.NextReviewOn < today), 20, 120);
        var changed = patients.Zip(assessed).Count(pair => pair.First.Amended is { } amended && pair.Second.Amend(amended, null, pair.First.AmendedAt!.Value).Value!.Risk.Level != pair.Second.Risk.Level);
        Assert.InRange(changed, 10, 100);
        Assert.InRange(patients.Average(one => one.History.Count), 2.5, 4);
        Assert.Equal(patients.Count, patients.Select(one => one.Details.Mrn).Distinct().Count());
    }

    [Fact]
    public void The_demonstration_s_own_patient_has_a_history_and_a_published_score()
    {
        var typical = SyntheticPatients.Typical(Draw(2026));
        Assert.Equal(0, typical.Doctor);
        Assert.True(typical.History.Count >= 3);
        var registered = Patient.Register(new(new ClinicalIds(TimeProvider.System).Next()), typical.Details, new(), Now).Value!;
        Assert.Contains(registered.ReportRisk(Now).Published, score => score.Applicable);
    }

    private static bool Has(SyntheticPatient one, string diagnosis) => one.History.Any(text => text.Diagnosis.StartsWith(diagnosis, StringComparison.Ordinal));

    private static List<SyntheticPatient> Draw(int seed, int count = 500) => [.. new SyntheticPatients(seed, SyntheticPatients.Doctors, Now).Draw(count)];

    private static string Told(SyntheticPatient one) => $"{one.RegisteredAt:O} {one.Doctor} {one.Details} {one.Amended} {string.Join('|', one.History)}";
}
