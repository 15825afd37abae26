using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Changes;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Tests.Patients;

/// <summary>The clinical store of one engine as the contract suite sees it.</summary>
public sealed record StoreUnderTest(IPatientStore Patients, IChangeSource Changes)
{
    public required IAnalyticsStore Analytics { get; init; }

    public required IHistoryStore History { get; init; }

    /// <summary>The same source where one carries the changes of all records.</summary>
    public required IChangeSource HistoryChanges { get; init; }

    public required IAppointmentStore Appointments { get; init; }

    public required IChangeSource AppointmentChanges { get; init; }

    /// <summary>All the time that is owned, as it is in the storage.</summary>
    public required Func<Task<IReadOnlyList<OwnedCell>>> OwnedCells { get; init; }

    /// <summary>What the server does every 30 seconds for what a write left to be done; nothing where there is nothing left.</summary>
    public Func<Task<int>> Recover { get; init; } = () => Task.FromResult(0);
}

/// <summary>Five minutes of a doctor's or a patient's time, and whose appointment owns them.</summary>
public sealed record OwnedCell(AppointmentId Owner, UserId? Doctor, PatientId? Patient, int Cell);

/// <summary>
/// One engine's store in a fresh database for one test class, built by what ships. It opens with the first test that
/// asks, so that a missing engine skips tests instead of breaking the class.
/// </summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim opening = new(1);
    private StoreUnderTest? opened;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<StoreUnderTest> StoreAsync()
    {
        await opening.WaitAsync();
        try
        {
            return opened ??= await OpenAsync();
        }
        finally
        {
            opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null) await CloseAsync();
        opening.Dispose();
    }

    /// <summary>Opens the store in a new database, or skips the test when its engine is not there.</summary>
    protected abstract Task<StoreUnderTest> OpenAsync();

    /// <summary>Called only if <see cref="OpenAsync"/> succeeded.</summary>
    protected abstract ValueTask CloseAsync();
}

/// <summary>A part of the contract. For each engine there is a subclass of one line; tests of a class share its database.</summary>
public abstract class StoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncLifetime
    where TFixture : StoreFixture
{
    protected IPatientStore Patients { get; private set; } = null!;

    protected IChangeSource Changes { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IAnalyticsStore Analytics { get; private set; } = null!;

    protected IHistoryStore History { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        var store = await fixture.StoreAsync();
        (Patients, Changes, Analytics, History) = (store.Patients, store.Changes, store.Analytics, store.History);
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected async Task<Patient> AddedAsync(Patient patient)
    {
        Assert.Equal(AddPatientOutcome.Added, await AddAsync(patient));
        return patient;
    }

    protected Task<AddPatientOutcome> AddAsync(Patient patient) =>
        Patients.AddAsync(patient, patient.AsChange(AuditAction.PatientCreated), Ct);

    protected Task<UpdatePatientOutcome> UpdateAsync(Patient next) => Patients.UpdateAsync(next, next.AsChange(), Ct);

    protected async Task<Patient> StoredAsync(PatientId id)
    {
        var stored = await Patients.FindAsync(id, Ct);
        Assert.NotNull(stored);
        return stored;
    }

    protected Task<List<Change>> DrainAsync(int batch = 100) => Changes.DrainAsync(batch);
}
