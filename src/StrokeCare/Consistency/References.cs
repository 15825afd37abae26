using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Consistency;

/// <summary>Begins checks of references, each with a memory of its own.</summary>
public sealed class ReferenceChecks(IUserStore users, IPatientStore patients, IAppointmentStore appointments, TimeProvider time)
{
    internal References Begin(IProgress<ConsistencyProgress>? progress) => new(users, patients, appointments, time, progress);
}

/// <summary>Holds whom the stored entities name against who is there. What is missed was perhaps made a moment ago, so it is asked for once more by its id.</summary>
internal sealed class References(IUserStore users, IPatientStore patients, IAppointmentStore appointments, TimeProvider time, IProgress<ConsistencyProgress>? progress)
{
    private const int PageSize = 1000;

    private readonly Dictionary<UserId, User?> accounts = [];
    private readonly HashSet<string> records = new(StringComparer.Ordinal);
    private readonly HashSet<string> archived = new(StringComparer.Ordinal);
    private readonly List<StoredReferences> ofArchived = [];
    private readonly List<ConsistencyFinding> findings = [];

    /// <summary>Records first: the others name them.</summary>
    public static IReadOnlyList<EntityType> Types { get; } = [EntityType.Patient, EntityType.MedicalHistory, EntityType.Appointment];

    public long Entities { get; private set; }

    public IReadOnlyList<ConsistencyFinding> Findings => findings;

    public async Task ReadUsersAsync(CancellationToken ct)
    {
        IReadOnlyList<User> page = [];
        do
        {
            page = await users.ListAsync(new() { Before = page is [.., var last] ? last.Id : null, Limit = PageSize }, ct);
            foreach (var user in page) accounts[user.Id] = user;
        }
        while (page.Count == PageSize);
    }

    public async Task AddAsync(StoredReferences stored, CancellationToken ct)
    {
        if (stored.Type == EntityType.Patient) records.Add(stored.Id);
        if (stored is { Type: EntityType.Patient, IsPast: true }) archived.Add(stored.Id);
        if (stored.Type == EntityType.Appointment && IsAhead(stored) && archived.Contains(stored.Patient!)) ofArchived.Add(stored);
        foreach (var named in stored.Users) await CheckUserAsync(stored, named, ct);
        if (stored.Patient is { } patient && !records.Contains(patient) && !await IsThereAsync(patient, ct))
            Add(stored, "reference.patient_missing", $"belongs to patient {patient}, who is not there.");
        if (++Entities % PageSize == 0) progress?.Report(new("records", Entities));
    }

    private async Task CheckUserAsync(StoredReferences stored, NamedUser named, CancellationToken ct)
    {
        if (!accounts.TryGetValue(named.Id, out var user)) accounts[named.Id] = user = await users.FindAsync(named.Id, ct);
        if (user is null) Add(stored, "reference.user_missing", $"names user {named.Id} as {named.Field}, who is not there.");
        else if (named.Role is { } role && IsAhead(stored) && (user.Role != role || !user.IsActive))
            Add(stored, "reference.user_left", $"names user {named.Id} as {named.Field}, who is no active {role.Wire()}.");
    }

    /// <summary>Adds what a second look, a while after the first, still finds: an archiving or a booking may have been on its way.</summary>
    public async Task LookAgainAsync(CancellationToken ct)
    {
        foreach (var suspect in ofArchived)
        {
            if (!AppointmentId.TryParse(suspect.Id, out var id) || await appointments.FindAsync(id, ct) is not { IsActive: true } appointment) continue;
            if (appointment.StartsAt > time.GetUtcNow() && await patients.FindAsync(appointment.PatientId, ct) is { IsArchived: true })
                Add(suspect, "reference.patient_archived", $"is to come, and patient {suspect.Patient} is archived.");
        }
    }

    private bool IsAhead(StoredReferences stored) => !stored.IsPast && !(stored.Over <= time.GetUtcNow());

    private async Task<bool> IsThereAsync(string patient, CancellationToken ct) =>
        PatientId.TryParse(patient, out var id) && await patients.FindAsync(id, ct) is not null && records.Add(patient);

    private void Add(StoredReferences stored, string code, string message) =>
        findings.Add(ConsistencyFinding.Of(stored.Type, stored.Id, code, $"{stored.Type.Wire()} {stored.Id} {message}"));
}
