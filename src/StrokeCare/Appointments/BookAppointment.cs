using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>An appointment somebody wants. Patients book for themselves, doctors in their own calendar, admins in any.</summary>
public sealed record BookAppointment
{
    public required UserId DoctorId { get; init; }

    /// <summary>Staff say whose it is; patients need not.</summary>
    public PatientId? PatientId { get; init; }

    public required DateOnly AppointmentDate { get; init; }

    public required TimeOnly AppointmentTime { get; init; }

    /// <summary>Which of the two, where the clock shows this time twice: <c>+01:00</c>.</summary>
    public string? UtcOffset { get; init; }

    public int DurationMinutes { get; init; } = AppointmentRules.UsualMinutes;

    public required string Reason { get; init; }

    public Urgency Urgency { get; init; }

    public string? Notes { get; init; }

    /// <summary>Staff only: also where the time is taken, with a reason.</summary>
    public bool Override { get; init; }

    public string? OverrideReason { get; init; }
}

/// <summary>The appointment, and whether an earlier attempt under the same key had already booked it.</summary>
public sealed record BookedAppointment(Appointment Appointment, bool Replayed) : ICreated;

public sealed class BookAppointmentHandler(
    IAppointmentStore appointments, IPatientStore patients, IUserStore users, IIdempotencyStore keys, ClinicCalendar calendar, ClinicalIds ids, AuditTrail audit, TimeProvider time)
{
    private const string Operation = "book an appointment";
    private const int MostRaces = 5;

    public async Task<Result<BookedAppointment>> HandleAsync(BookAppointment command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        var booked = await AnswerOrLogAsync(command, actor, request, ct);
        if (booked.Error is { Kind: ErrorKind.Conflict } refused) await audit.NotBookedAsync(actor, command, refused.Code, ct);
        Failpoint.Hit("appointment.before_answer");
        return booked;
    }

    private async Task<Result<BookedAppointment>> AnswerOrLogAsync(BookAppointment command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        try
        {
            return await AnswerAsync(command, actor, request, ct);
        }
        catch (StoreUnavailableException)
        {
            await audit.NotAnsweredAsync(actor, command);
            throw;
        }
    }

    private async Task<Result<BookedAppointment>> AnswerAsync(BookAppointment command, Actor actor, IdempotentRequest? request, CancellationToken ct)
    {
        var patient = await PatientOfAsync(command, actor, ct);
        if (!patient.Succeeded) return patient.Error;
        var wish = new Wish(new(ids.Next()), command, patient.Value, actor);
        if (request is null) return await BookAsync(wish, null, ct);

        // The key comes first: a repeat gets its answer also when the time has come or the doctor has gone.
        var reserved = await keys.ReserveAsync(request.Scope, new(wish.Id.Value, request.RequestHash, null), time.GetUtcNow(), ct);
        if (!request.Matches(reserved)) return IdempotentRequest.KeyReused;
        Failpoint.Hit("appointment.after_reserve");
        wish = wish with { Id = new(reserved.Id) };
        if (await appointments.FindAsync(wish.Id, ct) is { } earlier) return await ReplayAsync(earlier, actor, request, ct);
        var booked = await BookAsync(wish, request, ct);
        // Only successes are remembered: a corrected request may come under the same key.
        if (!booked.Succeeded) await keys.ForgetAsync(request, ct);
        return booked;
    }

    private async Task<Result<Patient>> PatientOfAsync(BookAppointment command, Actor actor, CancellationToken ct)
    {
        if (!command.Override && command.OverrideReason is not null) return Error.Invalid("override_reason", "comes with override.");
        if (actor.Role == Role.Patient) return await OwnRecordAsync(command, actor, ct);
        if (actor.Role == Role.Doctor && command.DoctorId != actor.Id) return Error.Invalid("doctor_id", "only an admin books with another doctor.");
        if (command.PatientId is not { } patient) return Error.Invalid("patient_id", "is required.");
        return await patients.ForAsync(actor, patient, PatientAccess.CanWrite, Operation, audit, ct);
    }

    private async Task<Result<Patient>> OwnRecordAsync(BookAppointment command, Actor actor, CancellationToken ct)
    {
        if (command.Override) return Error.Invalid("override", "is for the clinic's staff.");
        var own = await patients.FindByUserAsync(actor.Id, ct);
        if (command.PatientId is { } named && named != own?.Id) return await audit.DeniedAsync(actor, Operation, named.ToString(), ct);
        return own is { IsArchived: false } ? own : PatientErrors.NoRecord;
    }

    private async Task<Result<BookedAppointment>> BookAsync(Wish wish, IdempotentRequest? request, CancellationToken ct)
    {
        var draft = await DraftAsync(wish, ct);
        if (!draft.Succeeded) return draft.Error;
        var taken = await TakeAsync(draft.Value, wish, ct);
        if (!taken.Succeeded) return taken.Error;
        var (outcome, appointment) = taken.Value;
        Failpoint.Hit("appointment.after_book");
        switch (outcome)
        {
            case BookOutcome.Booked when await WasArchivedAsync(appointment, wish.Actor, ct):
                return PatientErrors.Archived;
            case BookOutcome.Booked:
                if (request is not null) await keys.CompleteAsync(request.Scope, 201, ct);
                return new BookedAppointment(appointment, Replayed: false);
            case BookOutcome.AlreadyExists when request is not null && await appointments.FindAsync(appointment.Id, ct) is { } earlier:
                return await ReplayAsync(earlier, wish.Actor, request, ct);
            case BookOutcome.DoctorTaken:
                return await calendar.InsteadAsync(AppointmentErrors.SlotTaken, appointment, ct);
            case BookOutcome.PatientTaken:
                return await calendar.InsteadAsync(AppointmentErrors.PatientBusy, appointment, ct);
            default:
                throw new InvalidOperationException($"Appointment {appointment.Id} was booked twice without a key: {outcome}.");
        }
    }

    private async Task<Result<Appointment>> DraftAsync(Wish wish, CancellationToken ct)
    {
        var command = wish.Command;
        if (wish.Patient.IsArchived) return PatientErrors.Archived;
        if (!await users.IsDoctorAsync(command.DoctorId, ct)) return Error.Invalid("doctor_id", "is not an active doctor.");
        var when = WantedTime.Read(command.AppointmentDate, command.AppointmentTime, command.UtcOffset);
        if (!when.Succeeded) return when.Error;
        var booking = new Booking
        {
            PatientId = wish.Patient.Id,
            DoctorId = command.DoctorId,
            When = when.Value,
            DurationMinutes = command.DurationMinutes,
            Reason = command.Reason,
            Urgency = command.Urgency,
            Notes = command.Notes,
            By = wish.Actor.IsOperator ? null : wish.Actor.Id,
        };
        var draft = Appointment.Book(wish.Id, booking, calendar.Clock, time.GetUtcNow());
        if (draft.Succeeded && wish.Actor.Role == Role.Patient && await calendar.RefusalOfAsync(draft.Value, ct) is { } refusal) return refusal;
        return draft;
    }

    // Whoever comes in between, while time is looked at that is to be shared, is looked at again.
    private async Task<Result<Taken>> TakeAsync(Appointment draft, Wish wish, CancellationToken ct)
    {
        for (var race = 1; ; race++)
        {
            var next = wish.Command.Override ? await calendar.OverridingAsync(draft, wish.Command.OverrideReason, ct) : draft;
            if (!next.Succeeded) return next.Error;
            var change = audit.Of(next.Value.Overrides.Count > 0 ? AuditAction.AppointmentOverridden : AuditAction.AppointmentCreated, wish.Actor, next.Value);
            var outcome = await appointments.BookAsync(next.Value, change, ct);
            if (outcome is BookOutcome.Booked or BookOutcome.AlreadyExists || !wish.Command.Override || race == MostRaces) return new Taken(outcome, next.Value);
        }
    }

    // The record may have been archived after it was looked at, and its appointments cancelled before this one was there.
    private async Task<bool> WasArchivedAsync(Appointment booked, Actor actor, CancellationToken ct)
    {
        if (await patients.FindAsync(booked.PatientId, ct) is { IsArchived: false }) return false;
        var cancelled = booked.Cancel(AppointmentRules.RecordArchived, time.GetUtcNow()).Value!;
        await appointments.UpdateAsync(cancelled, audit.Of(AuditAction.AppointmentCancelled, actor, cancelled), ct);
        return true;
    }

    // The answer is the appointment as it is now, so it is a read: for whose it is now, and in the log.
    private async Task<Result<BookedAppointment>> ReplayAsync(Appointment earlier, Actor actor, IdempotentRequest request, CancellationToken ct)
    {
        if (actor.Role == Role.Doctor && earlier.DoctorId != actor.Id) return await audit.DeniedAsync(actor, "repeat a booking", earlier.Id);
        await keys.CompleteAsync(request.Scope, 201, ct);
        await audit.SawAppointmentAsync(actor, earlier, ct);
        return new BookedAppointment(earlier, Replayed: true);
    }

    private sealed record Wish(AppointmentId Id, BookAppointment Command, Patient Patient, Actor Actor);

    private readonly record struct Taken(BookOutcome Outcome, Appointment Appointment);
}
