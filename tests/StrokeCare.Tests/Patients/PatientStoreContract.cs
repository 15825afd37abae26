using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>What every store keeps of one record, and how it settles races for it.</summary>
public abstract class PatientStoreContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Keeps_every_field_as_given()
    {
        var patient = await AddedAsync(WithEverything());

        Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Keeps_unknown_values_unknown()
    {
        var patient = await AddedAsync(WithNothing());

        Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Keeps_every_spelling_of_every_factor()
    {
        foreach (var patient in FactorTable())
        {
            await AddedAsync(patient);

            Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
        }
    }

    [Fact]
    public async Task Keeps_the_risk_of_every_level()
    {
        foreach (var level in Enum.GetValues<RiskLevel>())
        {
            var patient = await AddedAsync(APatient().With(level: level));

            Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
        }
    }

    [Fact]
    public async Task Does_not_find_what_is_not_there()
    {
        Assert.Null(await Patients.FindAsync(NewId(), Ct));
        Assert.Null(await Patients.FindByUserAsync(new UserId(UniqueUser()), Ct));
    }

    [Fact]
    public async Task Finds_a_record_by_its_account()
    {
        var patient = await AddedAsync(APatient().With(user: UniqueUser()));

        var found = await Patients.FindByUserAsync(patient.UserId!.Value, Ct);

        Assert.Equal(patient.AsText(), found?.AsText());
    }

    [Fact]
    public async Task Refuses_a_second_record_with_the_same_id()
    {
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));

        Assert.Equal(AddPatientOutcome.AlreadyExists, await AddAsync(patient));
        Assert.Equal(AddPatientOutcome.AlreadyExists, await AddAsync(patient.With(mrn: Unique("B"))));
        Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Adds_once_when_fifty_add_the_same_id()
    {
        var patient = APatient().With(mrn: Unique("A"), user: UniqueUser(), sourceKey: Unique("kaggle"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddAsync(patient)));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.Equal(49, outcomes.Count(o => o == AddPatientOutcome.AlreadyExists));
        Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Stores_the_next_version_with_every_field()
    {
        var patient = await AddedAsync(APatient());
        var full = WithEverything();
        var next = patient.Next(_ => full.Details) with { AssignedDoctorId = new(9), UserId = full.UserId };

        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(next));
        Assert.Equal(next.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Forgets_every_field_that_the_next_version_leaves_out()
    {
        var patient = await AddedAsync(WithEverything());
        var next = patient with
        {
            Version = 2,
            Details = new PatientDetails { Gender = null },
            AssignedDoctorId = null,
            UserId = null,
            PreviousRiskLevel = null,
            RiskLevelChangedAt = null,
        };

        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(next));
        Assert.Equal(next.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Refuses_a_stale_version()
    {
        var patient = await AddedAsync(APatient());
        var second = patient.Next(d => d with { Bmi = 20 });
        await UpdateAsync(second);

        Assert.Equal(UpdatePatientOutcome.Stale, await UpdateAsync(patient.Next(d => d with { Bmi = 30 })));
        Assert.Equal(UpdatePatientOutcome.Stale, await UpdateAsync(second with { Version = 4 }));
        Assert.Equal(second.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Does_not_update_what_is_not_there()
    {
        var absent = APatient().Next(d => d with { Bmi = 20 });

        Assert.Equal(UpdatePatientOutcome.Missing, await UpdateAsync(absent));
        Assert.Null(await Patients.FindAsync(absent.Id, Ct));
    }

    [Fact]
    public async Task Lets_one_win_when_fifty_write_the_same_version()
    {
        var patient = await AddedAsync(APatient());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => UpdateAsync(patient.Next(d => d with { Bmi = 20 + i }))));

        Assert.Single(outcomes, UpdatePatientOutcome.Updated);
        Assert.Equal(49, outcomes.Count(o => o == UpdatePatientOutcome.Stale));
        Assert.Equal(2, (await StoredAsync(patient.Id)).Version);
    }

    [Fact]
    public async Task Numbers_the_versions_of_fifty_racing_writers_without_a_gap()
    {
        const int writers = 50;
        var patient = await AddedAsync(APatient());
        await DrainAsync();
        var versions = new List<long>();

        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteUntilUpdatedAsync(patient.Id)));
        do
        {
            versions.AddRange((await DrainAsync()).Where(c => c.EntityId == patient.Id.ToString()).Select(c => c.EntityVersion!.Value));
        }
        while (!writing.IsCompleted);
        await writing;
        versions.AddRange((await DrainAsync()).Where(c => c.EntityId == patient.Id.ToString()).Select(c => c.EntityVersion!.Value));

        Assert.Equal(Enumerable.Range(2, writers).Select(v => (long)v), versions);
        Assert.Equal(writers + 1, (await StoredAsync(patient.Id)).Version);
    }

    [Fact]
    public async Task Archives_and_restores()
    {
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));
        var archived = patient.Archive(Now);

        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(archived));
        Assert.Equal(archived.AsText(), (await StoredAsync(patient.Id)).AsText());

        var restored = archived.Restore(archived.AssignedDoctorId, Now);
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(restored));
        Assert.Equal(restored.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    private async Task WriteUntilUpdatedAsync(PatientId id)
    {
        while (true)
        {
            var stored = await StoredAsync(id);
            if (await UpdateAsync(stored.Next(d => d with { Bmi = 20 + (stored.Version % 50) })) == UpdatePatientOutcome.Updated) return;
        }
    }

    private static IEnumerable<Patient> FactorTable()
    {
        var details = APatient().Details;
        foreach (var value in Enum.GetValues<Gender>()) yield return APatient().With(details: details with { Gender = value });
        foreach (var value in Enum.GetValues<WorkType>()) yield return APatient().With(details: details with { WorkType = value });
        foreach (var value in Enum.GetValues<ResidenceType>()) yield return APatient().With(details: details with { ResidenceType = value });
        foreach (var value in Enum.GetValues<SmokingStatus>()) yield return APatient().With(details: details with { SmokingStatus = value });
        foreach (var value in new bool?[] { null, false, true })
        {
            yield return APatient().With(details: details with
            {
                Hypertension = value,
                HeartDisease = value,
                EverMarried = value,
                Stroke = value,
                BpTreated = value,
                Diabetes = value,
                AtrialFibrillation = value,
                Lvh = value,
                PriorCvd = value,
            });
        }
    }
}
