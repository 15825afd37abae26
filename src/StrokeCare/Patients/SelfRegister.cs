using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Consistency;

namespace StrokeCare.Patients;

/// <summary>Somebody's own account and record in one step. Their e-mail address is the account's and the record's.</summary>
public sealed record SelfRegister : PatientDetails
{
    public required string Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>The account and the id of its record, and whether an earlier attempt of the same request had already made them.</summary>
public sealed record SelfRegistered(User User, PatientId PatientId, bool Replayed) : ICreated;

public sealed class SelfRegisterHandler(
    IUserStore users, IPatientStore patients, IIdempotencyStore keys, IIntentStore intents, SelfRegistrationSaga saga, ClinicalIds ids, PasswordDesk desk, TimeProvider time)
{
    private const int MostRaces = 5;

    public async Task<Result<SelfRegistered>> HandleAsync(SelfRegister command, Origin origin, IdempotentRequest? request, CancellationToken ct)
    {
        if (Refusal(command) is { } refused) return refused;
        var id = new PatientId(ids.Next());
        if (request is not null)
        {
            var reserved = await keys.ReserveAsync(request.Scope, new(id.Value, request.RequestHash, null), time.GetUtcNow(), ct);
            if (!request.Matches(reserved)) return IdempotentRequest.KeyReused;
            id = new(reserved.Id);
        }

        var result = await RegisterAsync(command, id, origin, isKeyed: request is not null, ct);
        if (request is null) return result;
        if (result.Succeeded) await keys.CompleteAsync(request.Scope, 201, CancellationToken.None);
        else if (result.Error.Kind is not ErrorKind.Unavailable) await keys.ForgetAsync(request, CancellationToken.None);
        return result;
    }

    // Each turn sees what a racer has made of the name meanwhile: nothing, a registration under way, or an account.
    private async Task<Result<SelfRegistered>> RegisterAsync(SelfRegister command, PatientId id, Origin origin, bool isKeyed, CancellationToken ct)
    {
        for (var turn = 0; turn < MostRaces; turn++)
        {
            var account = await users.FindByUsernameAsync(command.Username, ct);
            if (account is null)
            {
                var started = await StartAsync(command, id, origin, ct);
                if (started.Error is not { } lost || lost != UserErrors.UsernameTaken) return started;
            }
            else if (account.ReservedBy is { } intent)
            {
                if (await ResumeAsync(account, intent, command, id, isKeyed, ct) is { } resumed) return resumed;
            }
            else
            {
                return isKeyed && await patients.FindAsync(id, ct) is { } record && record.UserId == account.Id
                    ? new SelfRegistered(account, id, Replayed: true)
                    : UserErrors.UsernameTaken;
            }
        }

        return UserErrors.UsernameTaken;
    }

    private async Task<Result<SelfRegistered>> StartAsync(SelfRegister command, PatientId id, Origin origin, CancellationToken ct)
    {
        // A store that is away is noticed before anything is left behind.
        await patients.FindAsync(id, ct);
        var drafted = await DraftOf(command).ToUserAsync(desk, time, ct);
        if (!drafted.Succeeded) return drafted.Error;
        return await saga.StartAsync(new(drafted.Value, new PatientDetails(command), origin), id);
    }

    // Null: it ended meanwhile, look again.
    private async Task<Result<SelfRegistered>?> ResumeAsync(User account, string intentId, SelfRegister command, PatientId id, bool isKeyed, CancellationToken ct)
    {
        if (await intents.FindAsync(intentId, ct) is not { } intent) return null;
        if (!isKeyed || intent.PatientId != id)
        {
            var right = await desk.RunAsync(() => Passwords.Verify(command.Password, account.PasswordHash), ct);
            if (right.Error is { } busy) return busy;
            if (!right.Value) return UserErrors.UsernameTaken;
        }

        return await saga.ResumeAsync(intent);
    }

    private Error? Refusal(SelfRegister command)
    {
        if (command.Mrn is not null) return Error.Invalid("mrn", "is given by the clinic.");
        if (command.NextReviewOn is not null) return Error.Invalid("next_review_on", "is set by the clinic.");
        if (string.IsNullOrWhiteSpace(command.Email)) return Error.Invalid("email", "is required.");
        return PatientRules.Check(command, time.GetUtcNow().UtcDay()).Error ?? DraftOf(command).Fault();
    }

    private static UserDraft DraftOf(SelfRegister command) => new()
    {
        Username = command.Username,
        Email = command.Email!,
        Password = command.Password,
        Role = Role.Patient,
        FirstName = command.FirstName,
        LastName = command.LastName,
    };
}
