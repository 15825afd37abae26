using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Audit;

/// <summary>Makes the changes that ride with writes, and appends reads and refusals before their answer leaves.</summary>
public sealed class AuditTrail(ISecurityLog log, TimeProvider time)
{
    public const string NoTarget = "";

    /// <summary>The change that goes with one version of a patient's record.</summary>
    public Change Of(AuditAction action, Actor actor, Patient patient, string? changeId = null) => By(actor) with
    {
        ChangeId = changeId ?? Change.NewId(),
        Action = action,
        Description = $"Patient {patient.Id} {Verb(action)}",
        EntityType = EntityType.Patient,
        EntityId = patient.Id.ToString(),
        EntityVersion = patient.Version,
        Severity = action is AuditAction.PatientArchived or AuditAction.PatientRestored ? AuditSeverity.Medium : AuditSeverity.Info,
    };

    /// <summary>The change that goes with one version of an entry of a patient's history.</summary>
    public Change Of(AuditAction action, Actor actor, HistoryEntry entry, string? changeId = null) => By(actor) with
    {
        ChangeId = changeId ?? Change.NewId(),
        Action = action,
        Description = $"History entry {entry.Id} {Verb(action)}{(entry.EnteredInError ? ": entered in error" : "")}",
        EntityType = EntityType.MedicalHistory,
        EntityId = entry.Id.ToString(),
        EntityVersion = entry.Version,
        AdditionalData = JsonSerializer.Serialize(new { patient_id = entry.PatientId.ToString() }),
    };

    /// <summary>The change that goes with one version of an appointment.</summary>
    public Change Of(AuditAction action, Actor actor, Appointment appointment, string? changeId = null) => By(actor) with
    {
        ChangeId = changeId ?? Change.NewId(),
        Action = action,
        Description = $"Appointment {appointment.Id} {Verb(action)}{(action == AuditAction.AppointmentStatusChanged ? $" to {Spelling.Of(appointment.Status)}" : "")}",
        EntityType = EntityType.Appointment,
        EntityId = appointment.Id.ToString(),
        EntityVersion = appointment.Version,
        Severity = action == AuditAction.AppointmentOverridden ? AuditSeverity.Medium : AuditSeverity.Info,
        AdditionalData = DataOf(appointment),
    };

    /// <summary>The change of an appointment by nobody: a store found that it shares time with more than it names.</summary>
    internal static Change AlsoOverridden(Appointment appointment, DateTimeOffset now) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.AppointmentOverridden,
        At = now,
        Description = $"Appointment {appointment.Id} shares its time with one more",
        EntityType = EntityType.Appointment,
        EntityId = appointment.Id.ToString(),
        EntityVersion = appointment.Version,
        Severity = AuditSeverity.Medium,
        AdditionalData = DataOf(appointment),
    };

    /// <summary>The change that goes with a doctor's new working hours or days off.</summary>
    public Change OfHours(Actor actor, WorkingHours hours) => By(actor) with
    {
        Action = AuditAction.WorkingHoursChanged,
        Description = $"Working hours of doctor {hours.DoctorId} changed",
        TargetUserId = hours.DoctorId,
        AdditionalData = JsonSerializer.Serialize(new { doctor_id = hours.DoctorId.Value, version = hours.Version }),
    };

    /// <summary>Appends that a booking did not succeed. Of why only the code: an error's text may hold what a log must not.</summary>
    public Task NotBookedAsync(Actor actor, BookAppointment wanted, string code, CancellationToken ct) =>
        log.AppendAsync([BookingFailed(actor, wanted, code) with { Status = AuditStatus.Failure, Description = $"Appointment not booked: {code}" }], ct);

    /// <summary>
    /// Appends that a store was away, so that nobody was told whether the appointment is booked. With the log away as well
    /// there is no row: the caller is about to pass on the outage of both.
    /// </summary>
    public async Task NotAnsweredAsync(Actor actor, BookAppointment wanted)
    {
        try
        {
            // Whoever asked may have given up waiting.
            await log.AppendAsync(
                [BookingFailed(actor, wanted, "store.unavailable") with { Status = AuditStatus.Error, Description = "Booking not answered: a store was away" }],
                CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The first outage is the one that is answered.
        }
    }

    /// <summary>Appends that <paramref name="actor"/> saw one appointment.</summary>
    public Task SawAppointmentAsync(Actor actor, Appointment appointment, CancellationToken ct) => log.AppendAsync(
        [Of(AuditAction.AppointmentViewed, actor, appointment) with { EntityVersion = null }], ct);

    /// <summary>The change that goes with one version of an account.</summary>
    public Change OfUser(AuditAction action, Actor actor, User user, string? changeId = null) => By(actor) with
    {
        ChangeId = changeId ?? Change.NewId(),
        Action = action,
        Description = action is AuditAction.UserCreated or AuditAction.RoleChanged ? $"User {user.Id} {Verb(action)}, role {user.Role.Wire()}" : $"User {user.Id}: {action.Wire()}",
        EntityType = EntityType.User,
        EntityId = user.Id.ToString(),
        EntityVersion = user.Version,
        TargetUserId = user.Id,
        TargetUsername = user.Username,
        Severity = action is AuditAction.PasswordChanged or AuditAction.PasswordReset ? AuditSeverity.Info : AuditSeverity.Medium,
    };

    /// <summary>A change about no entity's version, to be stored with what it tells of.</summary>
    public Change Did(AuditAction action, Actor actor, string description) => By(actor) with { Action = action, Description = description };

    /// <summary>Appends that <paramref name="actor"/> saw one record. Returns when durable: only then may the body leave.</summary>
    public Task SawAsync(AuditAction action, Actor actor, PatientId patient, CancellationToken ct) => log.AppendAsync(
        [By(actor) with
        {
            Action = action,
            Description = $"Patient {patient} {Verb(action)}",
            EntityType = EntityType.Patient,
            EntityId = patient.ToString(),
        }], ct);

    /// <summary>As <see cref="SawAsync"/>, of these entries of the patient's history.</summary>
    public Task SawHistoryAsync(Actor actor, PatientId patient, IReadOnlyList<HistoryEntry> entries, CancellationToken ct) => log.AppendAsync(
        [By(actor) with
        {
            Action = AuditAction.HistoryViewed,
            Description = $"History of patient {patient} viewed",
            EntityType = EntityType.Patient,
            EntityId = patient.ToString(),
            AdditionalData = JsonSerializer.Serialize(new { count = entries.Count, ids = entries.Select(entry => entry.Id.ToString()) }),
        }], ct);

    /// <summary>Appends that <paramref name="actor"/> saw a list: how many and which, never what was asked.</summary>
    public Task SawManyAsync(AuditAction action, Actor actor, IReadOnlyList<string> ids, CancellationToken ct) => log.AppendAsync(
        [By(actor) with
        {
            Action = action,
            Description = $"{Count(ids.Count, "row")}: {Verb(action)}",
            AdditionalData = JsonSerializer.Serialize(new { count = ids.Count, ids }),
        }], ct);

    /// <summary>1 row, 2 rows.</summary>
    internal static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    /// <summary>Appends an event about nothing in particular.</summary>
    public Task HappenedAsync(AuditAction action, Actor actor, string description, AuditSeverity severity, CancellationToken ct) => log.AppendAsync(
        [By(actor) with { Action = action, Description = description, Severity = severity }], ct);

    /// <summary>Appends a refusal and answers it: the same words for a foreign and for an absent record.</summary>
    public Task<Error> DeniedAsync(Actor actor, string operation, string? patientId, CancellationToken ct) => DeniedAsync(actor, operation, EntityType.Patient, patientId);

    /// <summary>The same of an appointment.</summary>
    public Task<Error> DeniedAsync(Actor actor, string operation, AppointmentId appointment) => DeniedAsync(actor, operation, EntityType.Appointment, appointment.ToString());

    private async Task<Error> DeniedAsync(Actor actor, string operation, EntityType type, string? entityId)
    {
        await log.AppendAsync(
            [By(actor) with
            {
                Action = AuditAction.AccessDenied,
                Status = AuditStatus.Failure,
                Severity = AuditSeverity.Medium,
                Description = $"Refused: {operation}",
                EntityType = entityId is null ? null : type,
                EntityId = entityId,
            }], CancellationToken.None);
        return Error.Denied;
    }

    private Change BookingFailed(Actor actor, BookAppointment wanted, string code) => By(actor) with
    {
        Action = AuditAction.AppointmentCreationFailed,
        Severity = AuditSeverity.Medium,
        AdditionalData = JsonSerializer.Serialize(new { patient_id = wanted.PatientId?.ToString(), doctor_id = wanted.DoctorId.Value, code }),
    };

    private static string DataOf(Appointment appointment) => JsonSerializer.Serialize(new
    {
        patient_id = appointment.PatientId.ToString(),
        doctor_id = appointment.DoctorId.Value,
        overrides = appointment.Overrides.Select(id => id.ToString()),
    });

    private Change By(Actor actor) => new()
    {
        ChangeId = Change.NewId(),
        Action = AuditAction.AccessDenied,
        Description = NoTarget,
        At = time.GetUtcNow(),
        ActorId = actor.IsOperator ? null : actor.Id,
        ActorName = actor.Username,
        ActorRole = actor.Role,
        IpAddress = actor.Origin.IpAddress,
        UserAgent = actor.Origin.UserAgent,
    };

    private static string Verb(AuditAction action) => action.Wire()[(action.Wire().LastIndexOf('_') + 1)..];
}
