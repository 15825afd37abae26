using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A server that goes away, comes back, or takes a write and loses the answer.</summary>
public sealed class MongoAwayTests(MongoTestDatabase database) : IClassFixture<MongoTestDatabase>, IAsyncLifetime
{
    private readonly ChangeSignal changed = new();
    private CuttableProxy proxy = null!;
    private MongoStore store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = new MongoUrlBuilder(TestEngines.RequireMongo());
        Assert.NotNull(database.Client);
        proxy = new CuttableProxy(address.Server.Host, address.Server.Port);
        address.Server = new MongoServerAddress("127.0.0.1", proxy.Port);
        address.DirectConnection = true;
        store = await MongoStore.OpenAsync(address.ToString(), database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        if (proxy is not null) await proxy.DisposeAsync();
        changed.Dispose();
    }

    [Fact]
    public async Task Answers_unavailable_at_once_after_the_first_failure_and_comes_back_by_itself()
    {
        var patient = APatient().With(mrn: Unique("A"));
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        proxy.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.FindAsync(patient.Id, Ct));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            var next = APatient();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.AddAsync(next, next.AsChange(), Ct));
        }

        Assert.True(clock.Elapsed < MongoAddress.SelectionTimeout, $"20 answers took {clock.Elapsed}: the breaker is not open");
        proxy.Mend();
        Assert.Equal(patient.AsText(), (await FindWhenBackAsync(patient.Id)).AsText());
    }

    [Fact]
    public async Task A_new_record_whose_answer_was_lost_is_there_once_and_answered_as_added()
    {
        var patient = APatient().With(mrn: Unique("A"), user: UniqueUser());
        proxy.LoseAnswerTo("insert", "patients");

        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));

        Assert.Equal(1, proxy.Lost);
        Assert.Equal(patient.AsText(), (await store.Patients.FindAsync(patient.Id, Ct))!.AsText());
        Assert.Equal(AddPatientOutcome.AlreadyExists, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_still_ours()
    {
        var patient = APatient().With(mrn: Unique("A"));
        proxy.LoseAnswerTo("insert", "unique_keys");

        Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));
        Assert.Equal(1, proxy.Lost);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_made_once_and_answered_as_updated()
    {
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var next = patient.Next(d => d with { Bmi = 31 });
        proxy.LoseAnswerTo("update", "patients");

        Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));

        Assert.Equal(1, proxy.Lost);
        Assert.Equal(2, (await store.Patients.FindAsync(patient.Id, Ct))!.Version);
        var pending = (await store.Changes.PendingAsync(1000, Ct)).Where(c => c.EntityId == patient.Id.ToString());
        Assert.Equal([1L, 2L], pending.Select(c => c.EntityVersion!.Value));
    }

    [Fact]
    public async Task A_bulk_whose_answer_was_lost_adds_each_record_once()
    {
        var added = Enumerable.Range(0, 50).Select(_ => APatient().With(sourceKey: Unique("kaggle")).AsAdded()).ToList();
        proxy.LoseAnswerTo("insert", "patients");

        Assert.All(await store.Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.Added, o));
        Assert.Equal(1, proxy.Lost);
        Assert.All(await store.Patients.AddManyAsync(added, Ct), o => Assert.Equal(AddPatientOutcome.AlreadyExists, o));
    }

    [Fact]
    public async Task Does_not_open_where_nothing_listens()
    {
        proxy.Cut();

        var uri = $"mongodb://127.0.0.1:{proxy.Port}/?directConnection=true";
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            MongoStore.OpenAsync(uri, database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, Ct));

        Assert.Equal("mongodb", away.Store);
    }

    private async Task<Patient> FindWhenBackAsync(PatientId id)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return Assert.IsType<Patient>(await store.Patients.FindAsync(id, Ct));
            }
            catch (StoreUnavailableException) when (attempt < 100)
            {
                await Task.Delay(200, Ct);
            }
        }
    }
}
