using System.Diagnostics.CodeAnalysis;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Patients;

/// <summary>A new record. A doctor becomes its assigned doctor; an admin may name one.</summary>
public sealed record RegisterPatient : PatientDetails
{
    public RegisterPatient()
    {
    }

    [SetsRequiredMembers]
    public RegisterPatient(PatientDetails details)
        : base(details)
    {
    }

    public int? AssignedDoctorId { get; init; }
}

/// <summary>The record as registered, and whether an earlier attempt under the same key had already done it.</summary>
public sealed record RegisteredPatient(Patient Patient, bool Replayed) : ICreated;

public sealed class RegisterPatientHandler(
    IPatientStore patients, IUserStore users, IIdempotencyStore keys, ClinicalIds ids, AuditTrail audit, TimeProvider time)
{
    public async Task<Result<RegisteredPatient>> HandleAsync(
        RegisterPatient command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "register a patient", null, ct);
        var named = command.AssignedDoctorId is { } value ? new UserId(value) : (UserId?)null;
        if (actor.Role == Role.Doctor && named is not null && named != actor.Id)
            return Error.Invalid("assigned_doctor_id", "only an admin may name another doctor.");
        var by = new Registration { CreatedBy = actor.IsOperator ? null : actor.Id, AssignedDoctorId = actor.Role == Role.Doctor ? actor.Id : named };
        var draft = Patient.Register(new PatientId(ids.Next()), command, by, time.GetUtcNow());
        if (!draft.Succeeded) return draft.Error;
        var result = await AddAsync(draft.Value, actor, request, ct);
        Failpoint.Hit("register.before_answer");
        return result;
    }

    private async Task<Result<RegisteredPatient>> AddAsync(Patient patient, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        if (request is not null)
        {
            var reserved = await keys.ReserveAsync(request.Scope, new(patient.Id.Value, request.RequestHash, null), time.GetUtcNow(), ct);
            if (!request.Matches(reserved)) return IdempotentRequest.KeyReused;
            Failpoint.Hit("register.after_reserve");
            patient = patient with { Id = new PatientId(reserved.Id) };
            if (await patients.FindAsync(patient.Id, ct) is { } earlier) return await ReplayAsync(earlier, actor, request, ct);
        }

        // Only of a new record: a repeat gets its answer whatever has become of the doctor since.
        if (actor.Role != Role.Doctor && (await AssignedDoctor.CheckAsync(users, patient.AssignedDoctorId, ct)).Error is { } refused)
            return await RefusedAsync(refused, request, ct);
        return await AddUnderIdAsync(patient, actor, request, ct);
    }

    private async Task<Result<RegisteredPatient>> AddUnderIdAsync(Patient patient, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        var outcome = await patients.AddAsync(patient, audit.Of(AuditAction.PatientCreated, actor, patient), ct);
        Failpoint.Hit("register.after_add");
        switch (outcome)
        {
            case AddPatientOutcome.Added:
                if (request is not null) await keys.CompleteAsync(request.Scope, 201, ct);
                return new RegisteredPatient(patient, Replayed: false);
            case AddPatientOutcome.AlreadyExists when request is not null && await patients.FindAsync(patient.Id, ct) is { } earlier:
                return await ReplayAsync(earlier, actor, request, ct);
            case AddPatientOutcome.MrnTaken:
                return await RefusedAsync(PatientErrors.MrnTaken, request, ct);
            case AddPatientOutcome.UserTaken:
                return await RefusedAsync(PatientErrors.UserTaken, request, ct);
            default:
                throw new InvalidOperationException($"Patient {patient.Id} was added twice without a key: {outcome}.");
        }
    }

    // The answer is the record as it is now, so it is a read: for whose patient it is now, and in the log. Of one that
    // was archived since, whoever registered it still hears that it was.
    private async Task<Result<RegisteredPatient>> ReplayAsync(Patient earlier, Actor actor, IdempotentRequest request, CancellationToken ct)
    {
        if (!actor.CanRead(earlier with { ArchivedAt = null })) return await audit.DeniedAsync(actor, "repeat a registration", earlier.Id.ToString(), ct);
        await keys.CompleteAsync(request.Scope, 201, ct);
        await audit.SawAsync(AuditAction.PatientViewed, actor, earlier.Id, ct);
        return new RegisteredPatient(earlier, Replayed: true);
    }

    // Only successes are remembered: a corrected request may come under the same key.
    private async Task<Error> RefusedAsync(Error refusal, IdempotentRequest? request, CancellationToken ct)
    {
        if (request is not null) await keys.ForgetAsync(request, ct);
        return refusal;
    }
}

/// <summary>The doctor a record is assigned to: nobody, or an active doctor that exists.</summary>
internal readonly record struct AssignedDoctor(UserId? Id)
{
    public static async Task<Result<AssignedDoctor>> CheckAsync(IUserStore users, UserId? named, CancellationToken ct)
    {
        if (named is not { } id) return new AssignedDoctor(null);
        return await users.IsDoctorAsync(id, ct)
            ? new AssignedDoctor(id)
            : Error.Invalid("assigned_doctor_id", "is not an active doctor.");
    }
}

public static class PatientErrors
{
    public static Error MrnTaken { get; } = new(ErrorKind.Conflict, "patient.mrn_taken", "Another record has this MRN.")
    {
        Fields = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["mrn"] = ["is taken."] },
    };

    public static Error UserTaken { get; } = new(ErrorKind.Conflict, "patient.user_taken", "Another record is linked to this account.");

    public static Error NoRecord { get; } = new(
        ErrorKind.Conflict, "patient.no_record", "This account has no patient's record yet. The clinic can link it to one.");

    public static Error Archived { get; } = new(ErrorKind.Conflict, "patient.archived", "The record is archived. Restore it first.");

    public static Error NotArchived { get; } = new(ErrorKind.Conflict, "patient.not_archived", "The record is not archived.");
}
