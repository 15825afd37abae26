using StrokeCare.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>Many adds at once answer as the same adds one by one.</summary>
public abstract class PatientBulkContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Adds_a_thousand_and_nothing_when_repeated()
    {
        var added = Enumerable.Range(0, 1000).Select(_ => APatient().With(sourceKey: Unique("kaggle")).AsAdded()).ToList();

        Assert.All(await Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.Added, o));
        Assert.All(await Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.AlreadyExists, o));

        var again = added.ConvertAll(a => APatient().With(sourceKey: a.Patient.SourceKey).AsAdded());
        Assert.All(await Patients.AddManyAsync(again, Ct), o => Assert.Equal(AddPatientOutcome.SourceKeyTaken, o));
        var ids = added.ConvertAll(a => a.Patient.Id.ToString()).ToHashSet();
        var changes = (await DrainAsync(batch: 256)).Where(c => ids.Contains(c.EntityId!)).ToList();
        Assert.Equal(added.Select(a => a.Change).OrderBy(c => c.EntityId), changes.OrderBy(c => c.EntityId));
    }

    [Fact]
    public async Task Adds_nothing_when_there_is_nothing_to_add()
    {
        Assert.Empty(await Patients.AddManyAsync([], Ct));
    }

    [Fact]
    public async Task Keeps_every_field_of_every_record()
    {
        var added = Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? WithEverything() : WithNothing()).AsAdded()).ToList();

        await Patients.AddManyAsync(added, Ct);

        foreach (var (patient, _) in added) Assert.Equal(patient.AsText(), (await StoredAsync(patient.Id)).AsText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_each_in_the_order_of_the_input(bool anIdTwice)
    {
        var there = await AddedAsync(APatient().With(mrn: Unique("A"), user: UniqueUser(), sourceKey: Unique("kaggle")));
        var (mrn, sourceKey, id) = (Unique("B"), Unique("kaggle"), NewId());
        (Patient Patient, AddPatientOutcome Outcome)[] expected =
        [
            (APatient(), AddPatientOutcome.Added),
            (APatient().With(mrn: there.Details.Mrn), AddPatientOutcome.MrnTaken),
            (APatient().With(mrn: mrn), AddPatientOutcome.Added),
            (APatient().With(mrn: mrn), AddPatientOutcome.MrnTaken),
            (there, AddPatientOutcome.AlreadyExists),
            (APatient().With(user: there.UserId!.Value.Value), AddPatientOutcome.UserTaken),
            (APatient().With(sourceKey: there.SourceKey), AddPatientOutcome.SourceKeyTaken),
            (APatient().With(id: id), AddPatientOutcome.Added),
            .. anIdTwice ? [(APatient().With(id: id, age: 30), AddPatientOutcome.AlreadyExists)] : Array.Empty<(Patient, AddPatientOutcome)>(),
            (APatient().With(sourceKey: sourceKey), AddPatientOutcome.Added),
            (APatient().With(sourceKey: sourceKey), AddPatientOutcome.SourceKeyTaken),
        ];

        var outcomes = await Patients.AddManyAsync([.. expected.Select(e => e.Patient.AsAdded())], Ct);

        Assert.Equal(expected.Select(e => e.Outcome), outcomes);
        Assert.Equal(61, (await StoredAsync(id)).Age);
        foreach (var (patient, outcome) in expected.Where(e => e.Outcome is not AddPatientOutcome.AlreadyExists))
            Assert.Equal(outcome == AddPatientOutcome.Added, await Patients.FindAsync(patient.Id, Ct) is not null);
    }

    [Fact]
    public async Task Lets_a_later_one_have_what_a_refused_one_asked_for()
    {
        var there = await AddedAsync(APatient().With(user: UniqueUser()));
        var mrn = Unique("A");

        var outcomes = await Patients.AddManyAsync(
        [
            APatient().With(mrn: mrn, user: there.UserId!.Value.Value).AsAdded(),
            APatient().With(mrn: mrn).AsAdded(),
        ], Ct);

        Assert.Equal([AddPatientOutcome.UserTaken, AddPatientOutcome.Added], outcomes);
    }

    [Fact]
    public async Task Refuses_the_last_of_many_what_the_first_has()
    {
        var mrn = Unique("A");
        var rows = Enumerable.Range(0, 600).Select(i => (i is 0 or 599 ? APatient().With(mrn: mrn) : APatient()).AsAdded()).ToList();

        var outcomes = await Patients.AddManyAsync(rows, Ct);

        Assert.Equal(rows.Select((_, i) => i == 599 ? AddPatientOutcome.MrnTaken : AddPatientOutcome.Added), outcomes);
        Assert.Null(await Patients.FindAsync(rows[^1].Patient.Id, Ct));
    }

    [Fact]
    public async Task Answers_in_order_however_many_chunks_it_takes()
    {
        var there = new List<Patient>();
        for (var i = 0; i < 3; i++) there.Add(await AddedAsync(APatient().With(mrn: Unique("A"), sourceKey: Unique("kaggle"))));
        var rows = Enumerable.Range(0, 1_700).Select(_ => (Patient: APatient(), Outcome: AddPatientOutcome.Added)).ToList();
        rows[700] = (APatient().With(mrn: there[0].Details.Mrn), AddPatientOutcome.MrnTaken);
        rows[1_100] = (APatient().With(sourceKey: there[1].SourceKey), AddPatientOutcome.SourceKeyTaken);
        rows[1_650] = (there[2], AddPatientOutcome.AlreadyExists);

        var outcomes = await Patients.AddManyAsync(rows.ConvertAll(row => row.Patient.AsAdded()), Ct);

        Assert.Equal(rows.Select(row => row.Outcome), outcomes);
    }

    [Fact]
    public async Task Gives_no_former_mrn_away_and_adds_no_refused_id()
    {
        var mrn = Unique("A");
        var renamed = (await AddedAsync(APatient().With(mrn: mrn))).Next(d => d with { Mrn = Unique("B") });
        Assert.Equal(UpdatePatientOutcome.Updated, await UpdateAsync(renamed));
        var refused = NewId();
        Assert.True(await Patients.RefuseIdAsync(refused, Ct));

        var outcomes = await Patients.AddManyAsync(
        [
            APatient().With(mrn: mrn).AsAdded(), APatient().AsAdded(), APatient().With(id: refused).AsAdded(), APatient().AsAdded(),
        ], Ct);

        Assert.Equal([AddPatientOutcome.MrnTaken, AddPatientOutcome.Added, AddPatientOutcome.IdRefused, AddPatientOutcome.Added], outcomes);
    }

    [Fact]
    public async Task Adds_each_row_once_when_two_imports_race()
    {
        var keys = Enumerable.Range(0, 600).Select(_ => Unique("kaggle")).ToList();
        List<PatientAdded> Rows() => keys.ConvertAll(k => APatient().With(sourceKey: k).AsAdded());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Patients.AddManyAsync(Rows(), Ct)));

        Assert.Equal(keys.Count, outcomes.Sum(o => o.Count(x => x == AddPatientOutcome.Added)));
        Assert.All(outcomes.SelectMany(o => o), o => Assert.True(o is AddPatientOutcome.Added or AddPatientOutcome.SourceKeyTaken));
    }

    [Fact]
    public async Task Says_which_source_keys_are_present()
    {
        var there = Enumerable.Range(0, 200).Select(_ => Unique("kaggle")).ToList();
        await Patients.AddManyAsync([.. there.Select(k => APatient().With(sourceKey: k).AsAdded())], Ct);
        await UpdateAsync((await AddedAsync(APatient().With(sourceKey: Unique("archived")))).Archive(Now));
        var absent = Enumerable.Range(0, 200).Select(_ => Unique("kaggle")).ToList();

        var present = await Patients.PresentAsync([.. there, .. absent, "", "kaggle:' OR 1=1 --", "{\"$ne\":null}"], Ct);

        Assert.Equal(there.Order(StringComparer.Ordinal), present.Order(StringComparer.Ordinal));
        Assert.Empty(await Patients.PresentAsync([], Ct));
    }
}
