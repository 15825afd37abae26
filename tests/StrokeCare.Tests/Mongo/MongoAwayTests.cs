using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A server that goes away, comes back, or takes a write and loses the answer.</summary>
public sealed class MongoAwayTests(MongoTestDatabase database) : IClassFixture<MongoTestDatabase>, IAsyncLifetime
{
    private ProxiedMongoStore proxied = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private CuttableProxy Proxy => proxied.Proxy;

    private MongoStore Store => proxied.Store;

    public async ValueTask InitializeAsync() => proxied = await ProxiedMongoStore.OpenAsync(database);

    public async ValueTask DisposeAsync()
    {
        if (proxied is not null) await proxied.DisposeAsync();
    }

    [Fact]
    public async Task Answers_unavailable_at_once_after_the_first_failure_and_comes_back_by_itself()
    {
        var patient = APatient().With(mrn: Unique("A"));
        await Store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        Proxy.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.Patients.FindAsync(patient.Id, Ct));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            var next = APatient();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.Patients.AddAsync(next, next.AsChange(), Ct));
        }

        Assert.True(clock.Elapsed < MongoAddress.SelectionTimeout, $"20 answers took {clock.Elapsed}: the breaker is not open");
        Proxy.Mend();
        Assert.Equal(patient.AsText(), (await FindWhenBackAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task A_new_record_whose_answer_was_lost_is_there_once_and_answered_as_added()
    {
        var patient = APatient().With(mrn: Unique("A"), user: UniqueUser());
        Proxy.LoseAnswerTo("insert", "patients");

        Assert.Equal(AddPatientOutcome.Added, await Store.Patients.AddAsync(patient, patient.AsChange(), Ct));

        Assert.Equal(1, Proxy.Lost);
        Assert.Equal(patient.AsText(), (await Store.Patients.FindAsync(patient.Id, Ct))!.AsText());
        Assert.Equal(AddPatientOutcome.AlreadyExists, await Store.Patients.AddAsync(patient, patient.AsChange(), Ct));
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_still_ours()
    {
        var patient = APatient().With(mrn: Unique("A"));
        Proxy.LoseAnswerTo("insert", "unique_keys");

        Assert.Equal(AddPatientOutcome.Added, await Store.Patients.AddAsync(patient, patient.AsChange(), Ct));
        Assert.Equal(1, Proxy.Lost);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_made_once_and_answered_as_updated()
    {
        var patient = APatient();
        await Store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var next = patient.Next(d => d with { Bmi = 31 });
        Proxy.LoseAnswerTo("update", "patients");

        Assert.Equal(UpdatePatientOutcome.Updated, await Store.Patients.UpdateAsync(next, next.AsChange(), Ct));

        Assert.Equal(1, Proxy.Lost);
        Assert.Equal(2, (await Store.Patients.FindAsync(patient.Id, Ct))!.Version);
        var pending = (await Store.Changes.PendingAsync(1000, Ct)).Where(c => c.EntityId == patient.Id.ToString());
        Assert.Equal([1L, 2L], pending.Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task A_bulk_whose_answer_was_lost_adds_each_record_once()
    {
        var added = Enumerable.Range(0, 50).Select(_ => APatient().With(sourceKey: Unique("kaggle")).AsAdded()).ToList();
        Proxy.LoseAnswerTo("insert", "patients");

        Assert.All(await Store.Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.Added, o));
        Assert.Equal(1, Proxy.Lost);
        Assert.All(await Store.Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.AlreadyExists, o));
    }

    [Fact]
    public async Task Does_not_open_where_nothing_listens()
    {
        Proxy.Cut();

        var uri = $"mongodb://127.0.0.1:{Proxy.Port}/?directConnection=true";
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            MongoStore.OpenAsync(uri, database.Name, proxied.Changed, TimeProvider.System, NullLoggerFactory.Instance, Ct));

        Assert.Equal("mongodb", away.Store);
    }

    private async Task<Patient> FindWhenBackAsync(PatientId id)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return Assert.IsType<Patient>(await Store.Patients.FindAsync(id, Ct));
            }
            catch (StoreUnavailableException) when (attempt < 100)
            {
                await Task.Delay(200, Ct);
            }
        }
    }
}
