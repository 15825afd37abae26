using StrokeCare.Accounts;
using StrokeCare.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>What at most one record may hold: an MRN (for ever), an account, an imported row.</summary>
public abstract class PatientClaimsContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Refuses_an_mrn_that_another_record_has()
    {
        var first = await AddedAsync(APatient().With(mrn: Unique("A")));

        Assert.Equal(AddPatientOutcome.MrnTaken, await AddAsync(APatient().With(mrn: first.Details.Mrn)));
    }

    [Fact]
    public async Task Refuses_an_account_that_another_record_is_linked_to()
    {
        var first = await AddedAsync(APatient().With(user: UniqueUser()));

        Assert.Equal(AddPatientOutcome.UserTaken, await AddAsync(APatient().With(user: first.UserId!.Value.Value)));
    }

    [Fact]
    public async Task Refuses_an_imported_row_that_is_present()
    {
        var first = await AddedAsync(APatient().With(sourceKey: Unique("kaggle")));

        Assert.Equal(AddPatientOutcome.SourceKeyTaken, await AddAsync(APatient().With(sourceKey: first.SourceKey)));
    }

    [Fact]
    public async Task Adds_one_when_fifty_ask_for_one_mrn()
    {
        var mrn = Unique("A");
        var patients = Enumerable.Range(0, 50).Select(_ => APatient().With(mrn: mrn)).ToList();

        var outcomes = await Task.WhenAll(patients.Select(AddAsync));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.Equal(49, outcomes.Count(o => o == AddPatientOutcome.MrnTaken));
        var there = await Task.WhenAll(patients.Select(p => Patients.FindAsync(p.Id, Ct)));
        Assert.Single(there, p => p is not null);
    }

    [Fact]
    public async Task Gives_one_account_to_one_when_fifty_ask_for_it()
    {
        var user = UniqueUser();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddAsync(APatient().With(user: user))));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.NotNull(await Patients.FindByUserAsync(new UserId(user), Ct));
    }

    [Fact]
    public async Task Compares_claims_to_the_letter()
    {
        var mrn = Unique("a");
        await AddedAsync(APatient().With(mrn: mrn));
        await AddedAsync(APatient().With(mrn: mrn.ToUpperInvariant()));
        await AddedAsync(APatient().With(mrn: mrn + "é"));
    }

    [Fact]
    public async Task Keeps_no_claim_of_a_refused_add()
    {
        var taken = await AddedAsync(APatient().With(user: UniqueUser(), mrn: Unique("A")));
        var (mrn, sourceKey, user) = (Unique("B"), Unique("kaggle"), UniqueUser());

        Assert.Equal(AddPatientOutcome.UserTaken, await AddAsync(APatient().With(mrn: mrn, sourceKey: sourceKey, user: taken.UserId!.Value.Value)));
        Assert.Equal(AddPatientOutcome.AlreadyExists, await AddAsync(taken.With(mrn: mrn, sourceKey: sourceKey, user: user)));

        await AddedAsync(APatient().With(mrn: mrn, sourceKey: sourceKey, user: user));
    }

    [Fact]
    public async Task Keeps_the_mrn_of_an_archived_record()
    {
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));
        await UpdateAsync(patient.Archive(Now));

        Assert.Equal(AddPatientOutcome.MrnTaken, await AddAsync(APatient().With(mrn: patient.Details.Mrn)));
    }

    [Fact]
    public async Task Gives_a_former_mrn_to_no_other_record_and_back_to_its_own()
    {
        var (old, current) = (Unique("A"), Unique("B"));
        var patient = await AddedAsync(APatient().With(mrn: old));
        var renamed = patient.Next(d => d with { Mrn = current });
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(renamed));

        Assert.Equal(AddPatientOutcome.MrnTaken, await AddAsync(APatient().With(mrn: old)));
        Assert.Equal(AddPatientOutcome.MrnTaken, await AddAsync(APatient().With(mrn: current)));
        var other = await AddedAsync(APatient());
        Assert.Equal(UpdatePatientOutcome.MrnTaken, await UpdateAsync(other.Next(d => d with { Mrn = old })));

        var back = renamed.Next(d => d with { Mrn = old });
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(back));
        Assert.Equal(back.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task Keeps_an_mrn_claimed_after_the_record_lost_it()
    {
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(patient.Next(d => d with { Mrn = null })));

        Assert.Equal(AddPatientOutcome.MrnTaken, await AddAsync(APatient().With(mrn: patient.Details.Mrn)));
    }

    [Fact]
    public async Task Claims_nothing_for_a_stale_update()
    {
        var (wanted, user) = (Unique("B"), UniqueUser());
        var patient = await AddedAsync(APatient().With(mrn: Unique("A")));
        await UpdateAsync(patient.Next(d => d with { Bmi = 20 }));

        var stale = patient.Next(d => d with { Mrn = wanted }) with { UserId = new(user) };
        Assert.Equal(UpdatePatientOutcome.Stale, await UpdateAsync(stale));

        await AddedAsync(APatient().With(mrn: wanted, user: user));
    }

    [Fact]
    public async Task Frees_an_account_when_its_record_lets_go_of_it()
    {
        var (old, current) = (UniqueUser(), UniqueUser());
        var patient = await AddedAsync(APatient().With(user: old));
        var moved = patient.Next(d => d) with { UserId = new(current) };
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(moved));

        Assert.Null(await Patients.FindByUserAsync(new UserId(old), Ct));
        Assert.Equal(patient.Id, (await Patients.FindByUserAsync(new UserId(current), Ct))?.Id);
        await AddedAsync(APatient().With(user: old));
        var other = await AddedAsync(APatient());
        Assert.Equal(UpdatePatientOutcome.UserTaken, await UpdateAsync(other.Next(d => d) with { UserId = new(current) }));
    }

    [Fact]
    public async Task Gives_an_mrn_to_one_of_fifty_records_that_change_to_it()
    {
        var mrn = Unique("A");
        var patients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddedAsync(APatient())));

        var outcomes = await Task.WhenAll(patients.Select(p => UpdateAsync(p.Next(d => d with { Mrn = mrn }))));

        Assert.Single(outcomes, UpdatePatientOutcome.Updated);
        Assert.Equal(49, outcomes.Count(o => o == UpdatePatientOutcome.MrnTaken));
        var stored = await Task.WhenAll(patients.Select(p => StoredAsync(p.Id)));
        Assert.Single(stored, p => p.Details.Mrn == mrn);
    }
}
