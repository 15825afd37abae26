using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>Lists by every combination of filters, against a plain list in memory.</summary>
public abstract class PatientListContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private static readonly double?[] Ages = [null, 0, 0.5, 17.99, 18, 40, 40, 61, 79.5, 120];

    // Everything this class ever stored: its tests share one database and run one after the other.
    private static readonly Dictionary<PatientId, Patient> Everything = [];

    [Fact]
    public async Task Answers_every_combination_of_filters_as_a_plain_list_would()
    {
        var patients = Enumerable.Range(0, 240).Select(Varied).ToList();
        await Patients.AddManyAsync([.. patients.Select(p => p.AsAdded())], Ct);
        foreach (var patient in patients) Everything[patient.Id] = patient;
        var someIds = new PatientId?[] { null, patients[200].Id, patients[60].Id, new(new(0, 0)), new(new(uint.MaxValue, ulong.MaxValue)) };

        foreach (var filter in Combinations(someIds))
        {
            var listed = await Patients.ListAsync(filter, Ct);

            Assert.True(Expected(filter).SequenceEqual(listed), $"{filter}: {listed.Count} rows");
        }
    }

    [Fact]
    public async Task Shows_a_page_as_the_record_is_now()
    {
        var doctor = UniqueUser();
        var patient = await KeptAsync(WithEverything().With(doctor: doctor));
        var next = patient.Next(d => d with { FirstName = "漢", Age = null, NextReviewOn = null });
        await UpdateAsync(next);
        Everything[next.Id] = next;

        var listed = await Patients.ListAsync(new PatientFilter { AssignedDoctorId = new(doctor), Limit = 10 }, Ct);

        Assert.Equal([Summary(next)], listed);
    }

    [Fact]
    public async Task Answers_the_named_ones_that_are_current_or_archived_and_the_doctors()
    {
        var (one, other) = (UniqueUser(), UniqueUser());
        var kept = new[] { await KeptAsync(APatient().With(doctor: one)), await KeptAsync(APatient().With(doctor: other)), await KeptAsync(APatient().With(doctor: one)) };
        var archived = kept[2].Archive(Now);
        await UpdateAsync(archived);
        Everything[archived.Id] = archived;
        PatientId[] ids = [.. kept.Select(p => p.Id), NewId()];

        Assert.Equal(kept[..2].Select(Summary).ToHashSet(), (await Patients.AmongAsync(new() { Ids = ids }, Ct)).ToHashSet());
        Assert.Equal([Summary(kept[0])], await Patients.AmongAsync(new() { Ids = ids, AssignedDoctorId = new(one) }, Ct));
        Assert.Equal([Summary(archived)], await Patients.AmongAsync(new() { Ids = ids, AssignedDoctorId = new(one), Archived = true }, Ct));
        Assert.Empty(await Patients.AmongAsync(new() { Ids = ids, AssignedDoctorId = new(other), Archived = true }, Ct));
        Assert.Empty(await Patients.AmongAsync(new() { Ids = [] }, Ct));
    }

    [Fact]
    public async Task Counts_current_and_archived_records()
    {
        var before = await Patients.CountAsync(Ct);
        await KeptAsync(APatient());
        await KeptAsync(APatient());
        var archived = (await KeptAsync(APatient())).Archive(Now);
        await UpdateAsync(archived);
        Everything[archived.Id] = archived;

        Assert.Equal(new PatientCount(before.Current + 2, before.Archived + 1), await Patients.CountAsync(Ct));
    }

    [Fact]
    public async Task Moves_a_record_between_lists_when_it_changes()
    {
        var (before, after) = (UniqueUser(), UniqueUser());
        var patient = await KeptAsync(APatient().With(doctor: before));
        var archived = (patient.Next(d => d with { Bmi = 22 }) with { AssignedDoctorId = new(after) }).Archive(Now) with { Version = 2 };
        await UpdateAsync(archived);
        Everything[archived.Id] = archived;

        Assert.Empty(await Patients.ListAsync(new PatientFilter { AssignedDoctorId = new(before), Limit = 10 }, Ct));
        Assert.Empty(await Patients.ListAsync(new PatientFilter { AssignedDoctorId = new(after), Limit = 10 }, Ct));
        Assert.Single(await Patients.ListAsync(new PatientFilter { AssignedDoctorId = new(after), Archived = true, Limit = 10 }, Ct));
    }

    [Fact]
    public async Task Names_the_doctors_current_patients_whose_review_is_overdue_the_longest_first()
    {
        var (doctor, today) = (UniqueUser(), new DateOnly(2026, 3, 1));
        Patient Due(int days, int? of = null) => APatient().With(doctor: of ?? doctor, details: APatient().Details with { NextReviewOn = today.AddDays(days) });
        var kept = new List<Patient>();
        foreach (var patient in new[] { Due(-1), Due(0), Due(-400), Due(-2), Due(-2), Due(5), Due(-3, UniqueUser()), APatient().With(doctor: doctor), Due(-9) }) kept.Add(await KeptAsync(patient));
        Everything[kept[8].Id] = kept[8].Archive(Now);
        await UpdateAsync(Everything[kept[8].Id]);

        Assert.Equal(new[] { kept[2], kept[3], kept[4], kept[0] }.Select(Summary), await Patients.OverdueAsync(new(doctor), today, 10, Ct));
        Assert.Equal(new[] { kept[2], kept[3] }.Select(Summary), await Patients.OverdueAsync(new(doctor), today, 2, Ct));
        Assert.Equal(4, await Patients.CountOverdueAsync(new(doctor), today, Ct));
        Assert.Empty(await Patients.OverdueAsync(new(UniqueUser()), today, 10, Ct));
    }

    [Fact]
    public async Task Names_the_doctors_current_patients_whose_level_changed_the_latest_first()
    {
        var (doctor, now) = (UniqueUser(), Now);
        Patient Changed(int minutes, RiskLevel before, int? of = null) =>
            APatient().With(doctor: of ?? doctor) with { PreviousRiskLevel = before, RiskLevelChangedAt = now.AddMinutes(minutes) };
        var kept = new List<Patient>();
        Patient[] all =
        [
            Changed(-5, RiskLevel.Low), Changed(-1, RiskLevel.VeryHigh), Changed(-61, RiskLevel.High), Changed(0, RiskLevel.Low, UniqueUser()),
            APatient().With(doctor: doctor), Changed(-2, RiskLevel.Medium), Changed(-60, RiskLevel.NotAssessed),
        ];
        foreach (var patient in all) kept.Add(await KeptAsync(patient));
        Everything[kept[5].Id] = kept[5].Archive(Now);
        await UpdateAsync(Everything[kept[5].Id]);

        LevelChange[] expected = [.. new[] { kept[1], kept[0], kept[6] }.Select(one => new LevelChange(Summary(one), one.PreviousRiskLevel!.Value, one.RiskLevelChangedAt!.Value))];
        Assert.Equal(expected, await Patients.LevelChangesAsync(new(doctor), now.AddHours(-1), 10, Ct));
        Assert.Equal(expected[..1], await Patients.LevelChangesAsync(new(doctor), now.AddHours(-1), 1, Ct));
    }

    [Fact]
    public async Task Pages_stay_stable_while_rows_arrive()
    {
        var doctor = UniqueUser();
        var first = new List<Patient>();
        for (var i = 0; i < 45; i++) first.Add(await KeptAsync(APatient().With(doctor: doctor)));

        var seen = new List<PatientId>();
        PatientId? before = null;
        while (true)
        {
            var page = await Patients.ListAsync(new PatientFilter { AssignedDoctorId = new(doctor), Before = before, Limit = 10 }, Ct);
            seen.AddRange(page.Select(p => p.Id));
            if (page.Count < 10) break;
            before = page[^1].Id;
            await KeptAsync(APatient().With(doctor: doctor));
            var shown = await StoredAsync(page[0].Id);
            Everything[shown.Id] = shown.Archive(Now);
            await UpdateAsync(Everything[shown.Id]);
        }

        Assert.Equal(first.Select(p => p.Id).Reverse(), seen);
    }

    private static IEnumerable<PatientFilter> Combinations(PatientId?[] before) =>
        from doctor in new UserId?[] { null, new(1), new(2), new(999) }
        from level in (RiskLevel?[])[null, .. Enum.GetValues<RiskLevel>()]
        from ages in new (double? Min, double? Max)[] { (null, null), (18, null), (null, 40), (17.99, 79.5), (40, 40), (90, 10) }
        from archived in new[] { false, true }
        from id in before
        select new PatientFilter
        {
            AssignedDoctorId = doctor,
            RiskLevel = level,
            MinAge = ages.Min,
            MaxAge = ages.Max,
            Archived = archived,
            Before = id,
            Limit = archived ? 3 : level is null ? 100 : 7,
        };

    private static IEnumerable<PatientSummary> Expected(PatientFilter filter) => Everything.Values
        .Where(p => filter.AssignedDoctorId is null || p.AssignedDoctorId == filter.AssignedDoctorId)
        .Where(p => filter.RiskLevel is null || p.Risk.Level == filter.RiskLevel)
        .Where(p => filter.MinAge is null || p.Age >= filter.MinAge)
        .Where(p => filter.MaxAge is null || p.Age <= filter.MaxAge)
        .Where(p => p.IsArchived == filter.Archived)
        .Where(p => filter.Before is not { } before || p.Id.Value < before.Value)
        .OrderByDescending(p => p.Id.Value)
        .Take(filter.Limit)
        .Select(Summary);

    // Coprime strides give every doctor every level, age and archive state.
    private static Patient Varied(int i)
    {
        var patient = APatient() with { AssignedDoctorId = (i % 4) switch { 0 => null, var d => new UserId(d) } };
        patient = patient with
        {
            Risk = patient.Risk with { Level = (RiskLevel)(i % 5) },
            Details = patient.Details with { Age = Ages[i / 3 % Ages.Length] },
        };
        return i % 7 == 0 ? patient.Archive(Now) with { Version = 1 } : patient;
    }

    private static PatientSummary Summary(Patient patient) => new()
    {
        Id = patient.Id,
        Version = patient.Version,
        Mrn = patient.Details.Mrn,
        FirstName = patient.Details.FirstName,
        LastName = patient.Details.LastName,
        Gender = patient.Details.Gender,
        Age = patient.Age,
        DateOfBirth = patient.Details.DateOfBirth,
        StrokeRisk = patient.Risk.Probability,
        RiskLevel = patient.Risk.Level,
        AssignedDoctorId = patient.AssignedDoctorId,
        NextReviewOn = patient.Details.NextReviewOn,
        CreatedAt = patient.CreatedAt,
        UpdatedAt = patient.UpdatedAt,
    };

    private async Task<Patient> KeptAsync(Patient patient)
    {
        Everything[patient.Id] = await AddedAsync(patient);
        return patient;
    }
}
