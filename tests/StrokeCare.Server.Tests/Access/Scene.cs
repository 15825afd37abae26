using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>A record, the account it is linked to, an entry of its history and an appointment with its doctor.</summary>
internal sealed record Charge(Patient Patient, User Owner, HistoryEntry Entry, Appointment Appointment);

/// <summary>Somebody with a session; <see cref="Token"/> is null for the anonymous.</summary>
internal sealed record Player(Who Who, User Account, Session Session, string? Token)
{
    public Actor Actor => new(Account.Id, Account.Username, Account.Role, Origin.Local);
}

/// <summary>
/// The records and sessions that the requests are about, straight from the stores. They are made when first asked for
/// and again after <see cref="RenewAsync"/>, which whoever changes one of them calls.
/// </summary>
internal sealed class Scene(RunningPortal portal, Cast cast)
{
    private static readonly TimeSpan LongAgo = Tokens.Lifetime + TimeSpan.FromMinutes(1);

    private readonly Dictionary<(UserId Doctor, bool Archived), Charge> charges = [];
    private readonly Dictionary<(UserId Account, string Use), (Session Session, RefreshToken Refresh)> sessions = [];

    // The very keys of the portal, and a clock at which its tokens of now have ended.
    private readonly Tokens past = new(
        SigningKeys.Open(Path.Combine(portal.Instance, "keys"), "jwt", TimeProvider.System),
        new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow() - LongAgo));

    public RunningPortal Portal => portal;

    public Cast Cast => cast;

    /// <summary>What the last request left behind; null before the first.</summary>
    public Traces? Left { get; set; }

    /// <summary>The record this actor's part is about: with the assigned doctor after a former one, linked to its owner.</summary>
    public Task<Charge> OwnAsync(Who who, bool archived = false) => ChargeAsync(cast.DoctorOf(who), archived);

    /// <summary>One that no actor but an admin has to do with.</summary>
    public Task<Charge> ForeignAsync() => ChargeAsync(cast.Stranger, archived: false);

    public Task<Session> ForeignSessionAsync() => SessionAsync(cast.Stranger, "foreign");

    /// <summary>Another session of the account the actor acts by.</summary>
    public Task<Session> SpareSessionAsync(User account) => SessionAsync(account, "spare");

    /// <summary>The actor with a token of this moment, as good or as dead as the part wants it. <paramref name="charge"/> says who the owner is.</summary>
    public async Task<Player> PlayerAsync(Who who, Charge charge)
    {
        var account = who == Who.Owner ? charge.Owner : cast.AccountOf(who);
        var session = await SessionAsync(account, who is Who.RevokedSession ? "revoked" : "open");
        var refresh = sessions[(account.Id, who is Who.RevokedSession ? "revoked" : "open")].Refresh;
        var token = who switch
        {
            Who.Anonymous => null,
            Who.ExpiredToken => past.Issue(account, session),
            Who.RefreshAsAccess => refresh.ToText(),
            _ => portal.Get<Tokens>().Issue(account, session),
        };
        return new(who, account, session, token);
    }

    /// <summary>Forgets all records and ends all sessions: the next ones asked for are new.</summary>
    public async Task RenewAsync()
    {
        foreach (var account in sessions.Keys.Select(key => key.Account).Distinct())
            await portal.Get<ISessionStore>().RevokeAllAsync(account, null, portal.Get<TimeProvider>().GetUtcNow(), null, CancellationToken.None);
        sessions.Clear();
        charges.Clear();
    }

    private async Task<Charge> ChargeAsync(User doctor, bool archived)
    {
        if (charges.TryGetValue((doctor.Id, archived), out var known)) return known;
        var (patients, time) = (portal.Get<IPatientStore>(), portal.Get<TimeProvider>());
        var owner = await cast.HireAsync(Role.Patient);
        var by = new Registration { AssignedDoctorId = cast.AccountOf(Who.FormerDoctor).Id, UserId = owner.Id };
        var details = new PatientDetails { Gender = Gender.Female, Age = 67, LastName = owner.Username };
        var patient = Patient.Register(new(portal.Get<ClinicalIds>().Next()), details, by, time.GetUtcNow()).Value!;
        Assert.Equal(AddPatientOutcome.Added, await patients.AddAsync(patient, Told(AuditAction.PatientCreated, patient), CancellationToken.None));
        patient = await WriteAsync(patient.Reassign(doctor.Id, time.GetUtcNow()), AuditAction.PatientUpdated);
        var entry = await WriteEntryAsync(patient, owner.Username);
        await WorksAsync(doctor.Id);
        var appointment = await BookAsync(patient, owner.Username);
        if (archived) patient = await WriteAsync(patient.Archive(time.GetUtcNow()), AuditAction.PatientArchived);
        return charges[(doctor.Id, archived)] = new(patient, owner, entry, appointment);
    }

    // Every day from midnight to an hour before the next.
    private async Task WorksAsync(UserId doctor)
    {
        var hours = await portal.Get<IDoctorHoursStore>().FindAsync(doctor, CancellationToken.None);
        if (hours.Version > 0) return;
        var spans = Enum.GetValues<DayOfWeek>().Select(day => new WorkingSpan(day, TimeOnly.MinValue, new(23, 0)));
        var next = hours.WithSpans(spans, portal.Get<TimeProvider>().GetUtcNow()).Value!;
        Assert.True(await portal.Get<IDoctorHoursStore>().UpdateAsync(next, portal.Get<AuditTrail>().OfHours(Actor.Operator, next), CancellationToken.None));
    }

    private async Task<Appointment> BookAsync(Patient patient, string reason)
    {
        var booking = new Booking { PatientId = patient.Id, DoctorId = patient.AssignedDoctorId!.Value, When = new(Bodies.NextDay(), new(10, 0)), Reason = reason };
        var appointment = Appointment.Book(new(portal.Get<ClinicalIds>().Next()), booking, portal.Get<ClinicClock>(), portal.Get<TimeProvider>().GetUtcNow()).Value!;
        var change = portal.Get<AuditTrail>().Of(AuditAction.AppointmentCreated, Actor.Operator, appointment);
        Assert.Equal(BookOutcome.Booked, await portal.Get<IAppointmentStore>().BookAsync(appointment, change, CancellationToken.None));
        return appointment;
    }

    private async Task<HistoryEntry> WriteEntryAsync(Patient patient, string diagnosis)
    {
        var now = portal.Get<TimeProvider>().GetUtcNow();
        var entry = HistoryEntry.Write(
            new(portal.Get<ClinicalIds>().Next()), patient.Id, new() { Diagnosis = diagnosis, RecordDate = now }, new(patient.AssignedDoctorId, diagnosis), now).Value!;
        var change = portal.Get<AuditTrail>().Of(AuditAction.HistoryAdded, Actor.Operator, entry);
        Assert.Equal(AddHistoryOutcome.Added, await portal.Get<IHistoryStore>().AddAsync(entry, change, CancellationToken.None));
        return entry;
    }

    private async Task<Patient> WriteAsync(Patient next, AuditAction action)
    {
        Assert.Equal(UpdatePatientOutcome.Updated, await portal.Get<IPatientStore>().UpdateAsync(next, Told(action, next), CancellationToken.None));
        return next;
    }

    private Change Told(AuditAction action, Patient patient) => portal.Get<AuditTrail>().Of(action, Actor.Operator, patient);

    private async Task<Session> SessionAsync(User account, string use)
    {
        if (sessions.TryGetValue((account.Id, use), out var known)) return known.Session;
        var refresh = RefreshToken.New();
        var session = await portal.OpenSessionAsync(account, refresh);
        if (use == "revoked")
        {
            var change = portal.Get<AuditTrail>().Did(AuditAction.Logout, Actor.Operator, "A test's end of a session");
            Assert.True(await portal.Get<ISessionStore>().RevokeAsync(session.Id, portal.Get<TimeProvider>().GetUtcNow(), change, CancellationToken.None));
        }

        sessions[(account.Id, use)] = (session, refresh);
        return session;
    }
}
