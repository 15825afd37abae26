using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;
using StrokeCare.Tests.Changes;

namespace StrokeCare.Tests.Patients;

/// <summary>A store as the relay sees it: each stored version's change is pending, whole and in order, until it is cleared.</summary>
public abstract class PatientChangesContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await DrainAsync();
    }

    [Fact]
    public async Task Hands_over_exactly_the_change_that_was_given()
    {
        var patient = APatient();
        var full = patient.AsChange(AuditAction.PatientCreated);
        await Patients.AddAsync(patient, full, Ct);
        var next = patient.Next(d => d with { Bmi = 20 });
        var bare = new Change
        {
            ChangeId = Change.NewId(),
            Action = AuditAction.PatientUpdated,
            At = Now,
            Description = "",
            Status = AuditStatus.Error,
            Severity = AuditSeverity.Critical,
            EntityType = EntityType.Patient,
            EntityId = next.Id.ToString(),
            EntityVersion = next.Version,
        };
        await Patients.UpdateAsync(next, bare, Ct);

        Assert.Equal([full, bare], await Changes.PendingAsync(10, Ct));
    }

    [Fact]
    public async Task Has_nothing_pending_for_what_was_refused()
    {
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));
        var other = await AddedAsync(APatient());
        await DrainAsync();

        await AddAsync(patient);
        await AddAsync(APatient().With(mrn: patient.Details.Mrn));
        await UpdateAsync(patient with { Version = 7 });
        await UpdateAsync(other.Next(d => d with { Mrn = patient.Details.Mrn }));
        await UpdateAsync(APatient().Next(d => d));

        Assert.Empty(await Changes.PendingAsync(10, Ct));
    }

    [Fact]
    public async Task Keeps_what_is_pending_until_it_is_cleared()
    {
        await AddedAsync(APatient());

        var first = await Changes.PendingAsync(10, Ct);

        Assert.Single(first);
        Assert.Equal(first, await Changes.PendingAsync(10, Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Hands_over_each_record_in_version_order_without_a_gap(int batch)
    {
        var patients = new List<Patient>();
        for (var i = 0; i < 5; i++) patients.Add(await AddedAsync(APatient()));
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < patients.Count; i++)
            {
                if ((i + round) % 3 == 0) continue;
                patients[i] = patients[i].Next(d => d with { Bmi = 20 + round });
                Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patients[i]));
            }
        }

        var carried = await DrainAsync(batch);

        foreach (var patient in patients)
        {
            var versions = carried.Where(c => c.EntityId == patient.Id.ToString()).Select(c => c.EntityVersion!.Value);
            Assert.Equal(Enumerable.Range(1, (int)patient.Version).Select(v => (long)v), versions);
        }
    }

    [Fact]
    public async Task Hands_over_the_oldest_first()
    {
        var patients = new List<Patient>();
        for (var i = 0; i < 5; i++) patients.Add(await AddedAsync(APatient()));

        var pending = await Changes.PendingAsync(3, Ct);

        Assert.Equal(patients.Take(3).Select(p => p.Id.ToString()).Order(), pending.Select(c => c.EntityId).Take(3).Order());
    }

    [Fact]
    public async Task Clears_what_is_given_and_nothing_else()
    {
        var patient = await AddedAsync(APatient());
        for (var i = 0; i < 4; i++) await UpdateAsync(patient = patient.Next(d => d with { Bmi = 20 + i }));
        var all = await Changes.PendingAsync(100, Ct);

        await Changes.ClearAsync([.. all.Take(2)], Ct);

        Assert.Equal(all.Skip(2), await Changes.PendingAsync(100, Ct));
        Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Clears_again_and_what_was_never_there()
    {
        var patient = await AddedAsync(APatient());
        var all = await Changes.PendingAsync(100, Ct);
        var absent = APatient().AsChange();
        var otherId = all[0] with { ChangeId = Change.NewId() };

        await Changes.ClearAsync([], Ct);
        await Changes.ClearAsync([absent, otherId], Ct);
        Assert.Equal(all, await Changes.PendingAsync(100, Ct));

        await Changes.ClearAsync([.. all, .. all, absent], Ct);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Changes.ClearAsync(all, Ct)));

        Assert.Empty(await Changes.PendingAsync(100, Ct));
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patient.Next(d => d with { Bmi = 20 })));
        Assert.Equal([2L], (await Changes.PendingAsync(100, Ct)).Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task Counts_what_is_pending_and_since_when()
    {
        Assert.Equal(new PendingState(0, null), await Changes.PendingStateAsync(Ct));
        var before = Now.AddSeconds(-1);
        var patient = await AddedAsync(APatient());
        await AddedAsync(APatient());
        await UpdateAsync(patient.Next(d => d with { Bmi = 20 }));

        var state = await Changes.PendingStateAsync(Ct);

        Assert.Equal(3, state.Count);
        Assert.InRange(state.OldestSince!.Value, before, Now.AddSeconds(1));
    }

    [Fact]
    public async Task Loses_and_repeats_nothing_when_writers_and_two_relays_run_at_once()
    {
        var patients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddedAsync(APatient())));

        var carried = await TwoRelays.CarryAsync(Changes, Task.WhenAll(patients.Select(WriteTenAsync)), Ct);

        foreach (var patient in patients)
        {
            var versions = carried.Where(c => c.EntityId == patient.Id.ToString()).Select(c => c.EntityVersion!.Value).Order();
            Assert.Equal(Enumerable.Range(1, 11).Select(v => (long)v), versions);
        }
    }

    [Fact]
    public async Task Tells_every_record_with_its_version()
    {
        var patients = new List<Patient> { await AddedAsync(APatient()), await AddedAsync(APatient().With(mrn: Unique("A"))), await AddedAsync(APatient()) };
        await UpdateAsync(patients[0] = patients[0].Next(d => d with { Bmi = 20 }));
        await UpdateAsync(patients[1] = patients[1].Archive(Now));

        var versions = new List<EntityVersion>();
        await foreach (var version in Changes.VersionsAsync(Ct)) versions.Add(version);

        Assert.Equal(versions.Count, versions.Select(v => v.Id).Distinct().Count());
        foreach (var patient in patients)
            Assert.Contains(new EntityVersion(EntityType.Patient, patient.Id.ToString(), patient.Version), versions);
    }

    private async Task WriteTenAsync(Patient patient)
    {
        for (var i = 0; i < 10; i++) Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patient = patient.Next(d => d with { Bmi = 20 + i })));
    }
}
