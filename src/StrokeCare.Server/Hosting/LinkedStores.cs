using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Mongo;
using StrokeCare.Patients;

namespace StrokeCare.Server.Hosting;

/// <summary>Patients in MongoDB, as soon as it is connected.</summary>
internal sealed class LinkedPatients(MongoLink link) : IPatientStore
{
    private IPatientStore Store => link.Store.Patients;

    public Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct) => Store.AddAsync(patient, change, ct);

    public Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct) => Store.AddManyAsync(added, ct);

    public Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct) => Store.UpdateAsync(next, change, ct);

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => Store.FindAsync(id, ct);

    public Task<Patient?> FindByUserAsync(UserId user, CancellationToken ct) => Store.FindByUserAsync(user, ct);

    public Task<long> CountOfDoctorAsync(UserId doctor, CancellationToken ct) => Store.CountOfDoctorAsync(doctor, ct);

    public Task<PatientCount> CountAsync(CancellationToken ct) => Store.CountAsync(ct);

    public Task<bool> RefuseIdAsync(PatientId id, CancellationToken ct) => Store.RefuseIdAsync(id, ct);

    public Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct) => Store.ListAsync(filter, ct);

    public Task<IReadOnlyList<PatientSummary>> SearchAsync(PatientSearch search, CancellationToken ct) => Store.SearchAsync(search, ct);

    public Task<IReadOnlyList<string>> NamesLikeAsync(IReadOnlyCollection<string> words, CancellationToken ct) => Store.NamesLikeAsync(words, ct);

    public Task<IReadOnlyList<PatientSummary>> AmongAsync(PatientSelection selection, CancellationToken ct) => Store.AmongAsync(selection, ct);

    public Task<IReadOnlyList<PatientSummary>> OverdueAsync(UserId doctor, DateOnly day, int limit, CancellationToken ct) => Store.OverdueAsync(doctor, day, limit, ct);

    public Task<long> CountOverdueAsync(UserId doctor, DateOnly day, CancellationToken ct) => Store.CountOverdueAsync(doctor, day, ct);

    public Task<IReadOnlyList<LevelChange>> LevelChangesAsync(UserId doctor, DateTimeOffset since, int limit, CancellationToken ct) => Store.LevelChangesAsync(doctor, since, limit, ct);

    public Task<IReadOnlySet<string>> PresentAsync(IReadOnlyCollection<string> sourceKeys, CancellationToken ct) => Store.PresentAsync(sourceKeys, ct);
}

/// <summary>Counts over patients in MongoDB, as soon as it is connected.</summary>
internal sealed class LinkedAnalytics(MongoLink link) : IAnalyticsStore
{
    public Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct) => link.Store.Analytics.RiskGroupsAsync(doctor, ct);

    public Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct) => link.Store.Analytics.PopulationAsync(doctor, ct);

    public Task<IReadOnlyList<AppointmentCell>> AppointmentsAsync(UserId? doctor, DateOnly from, DateOnly to, CancellationToken ct) =>
        link.Store.Analytics.AppointmentsAsync(doctor, from, to, ct);
}

/// <summary>Medical history in MongoDB, as soon as it is connected.</summary>
internal sealed class LinkedHistory(MongoLink link) : IHistoryStore
{
    private IHistoryStore Store => link.Store.History;

    public Task<AddHistoryOutcome> AddAsync(HistoryEntry entry, Change change, CancellationToken ct) => Store.AddAsync(entry, change, ct);

    public Task<AmendHistoryOutcome> AmendAsync(HistoryEntry next, Change change, CancellationToken ct) => Store.AmendAsync(next, change, ct);

    public Task<HistoryEntry?> FindAsync(PatientId patient, HistoryEntryId id, CancellationToken ct) => Store.FindAsync(patient, id, ct);

    public Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryFilter filter, CancellationToken ct) => Store.ListAsync(filter, ct);

    public Task<IReadOnlyList<HistoryEntry>> SearchAsync(HistorySearch search, CancellationToken ct) => Store.SearchAsync(search, ct);

    public IAsyncEnumerable<IReadOnlyList<PatientId>> PatientsAsync(HistoryMention mention, CancellationToken ct) => Store.PatientsAsync(mention, ct);
}

/// <summary>Appointments in MongoDB, as soon as it is connected.</summary>
internal sealed class LinkedAppointments(MongoLink link) : IAppointmentStore
{
    private IAppointmentStore Store => link.Store.Appointments;

    public Task<BookOutcome> BookAsync(Appointment appointment, Change change, CancellationToken ct) => Store.BookAsync(appointment, change, ct);

    public Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next, Change change, CancellationToken ct) => Store.UpdateAsync(next, change, ct);

    public Task<Appointment?> FindAsync(AppointmentId id, CancellationToken ct) => Store.FindAsync(id, ct);

    public Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, CancellationToken ct) => Store.ListAsync(filter, ct);

    public Task<IReadOnlyList<BusyTime>> BusyAsync(BusyFilter filter, CancellationToken ct) => Store.BusyAsync(filter, ct);

    public Task<IReadOnlyList<Appointment>> OverriddenByAsync(AppointmentId id, CancellationToken ct) => Store.OverriddenByAsync(id, ct);

    public Task<long> CountFutureOfDoctorAsync(UserId doctor, DateTimeOffset now, CancellationToken ct) => Store.CountFutureOfDoctorAsync(doctor, now, ct);

    public Task<IReadOnlyList<AppointmentId>> FutureOfDoctorAsync(UserId doctor, DateTimeOffset now, int limit, CancellationToken ct) =>
        Store.FutureOfDoctorAsync(doctor, now, limit, ct);

    public Task<IReadOnlyList<AppointmentId>> FutureOfPatientAsync(PatientId patient, DateTimeOffset now, int limit, CancellationToken ct) =>
        Store.FutureOfPatientAsync(patient, now, limit, ct);

    public Task<bool> AnyFutureAsync(DateTimeOffset now, CancellationToken ct) => Store.AnyFutureAsync(now, ct);
}

/// <summary>Accounts in MongoDB, as soon as it is connected.</summary>
internal sealed class LinkedUsers(MongoLink link) : IUserStore
{
    private IUserStore Store => link.Store.Users;

    public Task<User?> FindAsync(UserId id, CancellationToken ct) => Store.FindAsync(id, ct);

    public Task<User?> FindByUsernameAsync(string username, CancellationToken ct) => Store.FindByUsernameAsync(username, ct);

    public Task<User?> FindByEmailAsync(string email, CancellationToken ct) => Store.FindByEmailAsync(email, ct);

    public Task<IReadOnlyList<User>> ListAsync(UserFilter filter, CancellationToken ct) => Store.ListAsync(filter, ct);

    public Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct) => Store.AddAsync(user, change, ct);

    public Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct) => Store.UpdateAsync(next, attempts, change, ct);

    public Task<SignInAttempt> CountAttemptAsync(UserId id, DateTimeOffset now, CancellationToken ct) => Store.CountAttemptAsync(id, now, ct);

    public Task SignedInAsync(UserId id, DateTimeOffset at, CancellationToken ct) => Store.SignedInAsync(id, at, ct);

    public Task ForgetAttemptsAsync(UserId id, CancellationToken ct) => Store.ForgetAttemptsAsync(id, ct);

    public Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct) => Store.ReserveAsync(user, ct);

    public Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct) => Store.ActivateAsync(id, reservedBy, change, ct);

    public Task RemoveReservedAsync(string reservedBy, CancellationToken ct) => Store.RemoveReservedAsync(reservedBy, ct);

    public Task<IReadOnlyDictionary<UserId, DoctorName>> NamesAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct) => Store.NamesAsync(ids, ct);

    public Task<IReadOnlyList<AccountCount>> CountAsync(CancellationToken ct) => Store.CountAsync(ct);

    public Task<bool> AnyAdminAsync(CancellationToken ct) => Store.AnyAdminAsync(ct);
}

/// <summary>The changes of one of MongoDB's stores. Before the first connection there is nothing to carry.</summary>
internal sealed class LinkedChanges(MongoLink link, Func<MongoStore, IChangeSource> of) : IChangeSource
{
    public string Store => MongoStore.StoreName;

    public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) =>
        link.IsConnected ? of(link.Store).PendingAsync(max, ct) : Task.FromResult<IReadOnlyList<Change>>([]);

    public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct) => of(link.Store).ClearAsync(logged, ct);

    public Task<PendingState> PendingStateAsync(CancellationToken ct) => of(link.Store).PendingStateAsync(ct);

    public IAsyncEnumerable<EntityVersion> VersionsAsync(CancellationToken ct) => of(link.Store).VersionsAsync(ct);
}

/// <summary>The clinical records in MongoDB as the consistency check sees them; it asks for a connection.</summary>
internal sealed class LinkedReferences(MongoLink link) : IConsistencySource
{
    private IConsistencySource Source => link.Store.Consistency;

    public IAsyncEnumerable<StoredReferences> ReferencesAsync(EntityType type, CancellationToken ct) => Source.ReferencesAsync(type, ct);

    public IAsyncEnumerable<ConsistencyFinding> FaultsAsync(CancellationToken ct) => Source.FaultsAsync(ct);

    public Task<int> RepairAsync(CancellationToken ct) => Source.RepairAsync(ct);
}
