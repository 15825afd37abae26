using StrokeCare.Accounts;
using StrokeCare.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>What work across stores asks of this one: a count that it may rely on, and ids that will never be used.</summary>
public abstract class PatientSagaContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Counts_the_current_records_of_a_doctor()
    {
        var (doctor, other) = (UniqueUser(), UniqueUser());
        await AddedAsync(APatient().With(doctor: doctor));
        var leaves = await AddedAsync(APatient().With(doctor: doctor));
        var archived = await AddedAsync(APatient().With(doctor: doctor));
        await AddedAsync(APatient());
        Assert.Equal(3, await Patients.CountOfDoctorAsync(new(doctor), Ct));

        await UpdateAsync(archived.Archive(Now));
        await UpdateAsync(leaves.Next(d => d) with { AssignedDoctorId = new(other) });

        Assert.Equal(1, await Patients.CountOfDoctorAsync(new(doctor), Ct));
        Assert.Equal(1, await Patients.CountOfDoctorAsync(new(other), Ct));
        Assert.Equal(0, await Patients.CountOfDoctorAsync(new UserId(UniqueUser()), Ct));
    }

    [Fact]
    public async Task Never_adds_a_record_under_a_refused_id()
    {
        var (mrn, user) = (Unique("A"), UniqueUser());
        var patient = APatient().With(mrn: mrn, user: user);

        Assert.True(await Patients.RefuseIdAsync(patient.Id, Ct));
        Assert.True(await Patients.RefuseIdAsync(patient.Id, Ct));

        Assert.Equal(AddPatientOutcome.IdRefused, await AddAsync(patient));
        Assert.Equal(AddPatientOutcome.IdRefused, await AddAsync(patient));
        Assert.Null(await Patients.FindAsync(patient.Id, Ct));
        Assert.Null(await Patients.FindByUserAsync(new(user), Ct));
        Assert.DoesNotContain(await DrainAsync(), c => c.EntityId == patient.Id.ToString());
        Assert.DoesNotContain(await Changes.VersionsAsync(Ct).ToListAsync(Ct), v => v.Id == patient.Id.ToString());
        Assert.DoesNotContain(await Patients.ListAsync(new() { Limit = 100 }, Ct), p => p.Id == patient.Id);
        // What it claimed is free for others.
        await AddedAsync(APatient().With(mrn: mrn, user: user));
    }

    [Fact]
    public async Task Does_not_refuse_the_id_of_a_record()
    {
        var patient = await AddedAsync(APatient());
        var archived = await AddedAsync(APatient());
        await UpdateAsync(archived.Archive(Now));

        Assert.False(await Patients.RefuseIdAsync(patient.Id, Ct));
        Assert.False(await Patients.RefuseIdAsync(archived.Id, Ct));

        Assert.Equal(AddPatientOutcome.AlreadyExists, await AddAsync(patient));
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patient.Next(d => d with { Bmi = 20 })));
    }

    [Fact]
    public async Task Refuses_only_the_refused_of_many()
    {
        var rows = Enumerable.Range(0, 20).Select(_ => APatient().With(mrn: Unique("A")).AsAdded()).ToList();
        foreach (var (patient, _) in rows.Where((_, i) => i % 5 == 0)) Assert.True(await Patients.RefuseIdAsync(patient.Id, Ct));

        var outcomes = await Patients.AddManyAsync(rows, Ct);

        Assert.Equal(rows.Select((_, i) => i % 5 == 0 ? AddPatientOutcome.IdRefused : AddPatientOutcome.Added), outcomes);
        foreach (var ((patient, _), outcome) in rows.Zip(outcomes))
            Assert.Equal(outcome == AddPatientOutcome.Added, await Patients.FindAsync(patient.Id, Ct) is not null);
    }

    [Fact]
    public async Task An_id_is_either_used_or_refused_whatever_races()
    {
        for (var round = 0; round < 60; round++)
        {
            var patient = APatient();
            var others = Enumerable.Range(0, 6).Select(_ => APatient().AsAdded());

            var adding = Task.Run(() => round % 3 == 0 ? AddAmongAsync(patient, others) : AddAsync(patient));
            var refusing = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Patients.RefuseIdAsync(patient.Id, Ct))));
            var (added, refused) = (await adding, await refusing);

            var there = await Patients.FindAsync(patient.Id, Ct) is not null;
            Assert.Equal(there ? AddPatientOutcome.Added : AddPatientOutcome.IdRefused, added);
            Assert.All(refused, r => Assert.Equal(!there, r));
            Assert.Equal(!there, await Patients.RefuseIdAsync(patient.Id, Ct));
        }
    }

    private async Task<AddPatientOutcome> AddAmongAsync(Patient patient, IEnumerable<PatientAdded> others) =>
        (await Patients.AddManyAsync([.. others, patient.AsAdded()], Ct))[^1];
}
