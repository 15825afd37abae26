using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;

namespace StrokeCare.Patients;

/// <summary>What a self-registration needs to be carried to its end by anybody: the drafted account (password hashed), the details, and where it came from.</summary>
public sealed record SelfRegistrationPayload(User Draft, PatientDetails Details, Origin Origin);

/// <summary>
/// Account and record, in two stores: intent, reserved account, record, active account, intent closed. Each step can be
/// repeated by anybody, so that the request, a repeat of it and recovery may all be at it at once. Both come to be or neither.
/// </summary>
public sealed class SelfRegistrationSaga(IUserStore users, IPatientStore patients, SealedIntents intents, AuditTrail audit)
{
    public static Error GivenUp { get; } = new(ErrorKind.Conflict, "self_registration.given_up", "The registration could not be completed, and nothing was kept of it. Please register again.");

    /// <summary>Not cancelled with its caller: once the intent is durable the rest will be done, so it may as well be now.</summary>
    public async Task<Result<SelfRegistered>> StartAsync(SelfRegistrationPayload payload, PatientId id)
    {
        var intent = intents.Draft(IntentKind.SelfRegistration, payload) with { PatientId = id };
        Failpoint.Hit("self_register.before_intent");
        await intents.AddAsync(intent, CancellationToken.None);
        Failpoint.Hit("self_register.after_intent");
        return await ResumeAsync(intent);
    }

    /// <summary>Goes forward from wherever it stands.</summary>
    public async Task<Result<SelfRegistered>> ResumeAsync(Intent intent)
    {
        if (intents.Read<SelfRegistrationPayload>(intent) is not { } payload) return await GiveUpAsync(intent);
        var draft = payload.Draft with { IsActive = false, Version = 0, ReservedBy = intent.Id };
        var (outcome, userId) = await users.ReserveAsync(draft, CancellationToken.None);
        Failpoint.Hit("self_register.after_reserve");
        if (UserErrors.Of(outcome) is { } taken)
        {
            await intents.CloseAsync(intent, "refused", CancellationToken.None);
            return taken;
        }

        var user = draft with { Id = userId };
        if (!await AddRecordAsync(intent, payload, user)) return await GiveUpAsync(intent);
        Failpoint.Hit("self_register.after_patient");
        return await ActivateAsync(intent, user, payload.Origin);
    }

    private async Task<Result<SelfRegistered>> ActivateAsync(Intent intent, User user, Origin origin)
    {
        var active = user.Activate();
        await users.ActivateAsync(user.Id, intent.Id, audit.OfUser(AuditAction.UserCreated, ActorOf(active, origin), active, $"{intent.Id}-user"), CancellationToken.None);
        Failpoint.Hit("self_register.after_activate");
        await intents.CloseAsync(intent, "done", CancellationToken.None);
        Failpoint.Hit("self_register.after_close");
        return new SelfRegistered(active, intent.PatientId!.Value, Replayed: false);
    }

    // False: this record can never be.
    private async Task<bool> AddRecordAsync(Intent intent, SelfRegistrationPayload payload, User user)
    {
        var record = Patient.Register(intent.PatientId!.Value, payload.Details, new() { CreatedBy = user.Id, UserId = user.Id }, intent.CreatedAt);
        if (!record.Succeeded) return false;
        var change = audit.Of(AuditAction.PatientCreated, ActorOf(user, payload.Origin), record.Value, $"{intent.Id}-patient");
        return await patients.AddAsync(record.Value, change, CancellationToken.None) is AddPatientOutcome.Added or AddPatientOutcome.AlreadyExists;
    }

    // The tombstone comes first: a write that is still under way somewhere then fails, and the account can go. A record
    // that is there already is this account's, which then only has to be made active, or one that another intent under
    // the same key has carried to its end.
    private async Task<Result<SelfRegistered>> GiveUpAsync(Intent intent)
    {
        if (!await patients.RefuseIdAsync(intent.PatientId!.Value, CancellationToken.None)
            && await OwnerAsync(intent.PatientId.Value) is { } owner && owner.ReservedBy == intent.Id) return await ActivateAsync(intent, owner, Origin.Local);
        Failpoint.Hit("self_register.after_tombstone");
        await users.RemoveReservedAsync(intent.Id, CancellationToken.None);
        await intents.CloseAsync(intent, "given up", CancellationToken.None);
        return GivenUp;
    }

    private async Task<User?> OwnerAsync(PatientId record) =>
        (await patients.FindAsync(record, CancellationToken.None))?.UserId is { } owner ? await users.FindAsync(owner, CancellationToken.None) : null;

    private static Actor ActorOf(User user, Origin origin) => new(user.Id, user.Username, Role.Patient, origin);
}
