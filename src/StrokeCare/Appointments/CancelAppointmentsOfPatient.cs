using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Patients;

namespace StrokeCare.Appointments;

/// <summary>
/// Cancels what an archived patient had ahead, one by one. The job is an intent: whatever dies, recovery goes on where it
/// stopped, since what was cancelled is no longer ahead. Restoring the record brings nothing back.
/// <para>A booking that looked at the record before it was archived may still store its appointment behind the last look
/// here. It takes that back itself, unless it dies between the two; so recovery looks again when any such booking has ended.</para>
/// </summary>
public sealed class CancelAppointmentsOfPatient(
    IAppointmentStore appointments, IPatientStore patients, SealedIntents intents, AuditTrail audit, TimeProvider time)
{
    /// <summary>
    /// How long a booking may take from its look at the record to the end of its write: some operations, each with a time-out
    /// of 5 s (MongoDB) or 15 s (PostgreSQL). One that is tried again and again through an outage may take longer; what it
    /// leaves is found by the consistency check.
    /// </summary>
    public static readonly TimeSpan LongestBooking = TimeSpan.FromMinutes(1);

    private const int PageSize = 100;

    /// <summary>Before the record is archived: records what will be done, and for whom.</summary>
    public async Task<Intent> PrepareAsync(PatientId patient, Actor actor, CancellationToken ct)
    {
        var job = new Job(actor.Id.Value, actor.Username, actor.Origin.IpAddress, actor.Origin.UserAgent);
        var intent = intents.Draft(IntentKind.Archiving, job) with { PatientId = patient };
        await intents.AddAsync(intent, ct);
        Failpoint.Hit("archive.after_intent");
        return intent;
    }

    /// <summary>
    /// Carries one such intent to its end. A patient who was not archived after all, or is back, keeps the appointments.
    /// The request that made it goes on with its own copy, also when recovery has closed it meanwhile.
    /// </summary>
    public async Task ResumeAsync(Intent intent, CancellationToken ct)
    {
        if (await EndAsync(intent, ct) is not { } job) return;
        // First the one, then the other: whatever dies between them looks once more than needed.
        await intents.AddAsync(intents.Draft(IntentKind.ArchivedLately, job) with { PatientId = intent.PatientId }, ct);
        await intents.CloseAsync(intent, "done", ct);
    }

    /// <summary>The later look, once it is due: before that nothing happens.</summary>
    public async Task LookAgainAsync(Intent intent, CancellationToken ct)
    {
        if (time.GetUtcNow() - intent.CreatedAt < LongestBooking) return;
        if (await EndAsync(intent, ct) is not null) await intents.CloseAsync(intent, "done", ct);
    }

    /// <summary>The record was not archived.</summary>
    public Task AbandonAsync(Intent intent, CancellationToken ct) => intents.CloseAsync(intent, "refused", ct);

    // Null: there was nothing to do, and the intent is closed.
    private async Task<Job?> EndAsync(Intent intent, CancellationToken ct)
    {
        if (intents.Read<Job>(intent) is not { } job)
        {
            await intents.CloseAsync(intent, "unreadable", ct);
            return null;
        }

        do
        {
            ct.ThrowIfCancellationRequested();
            if (await patients.FindAsync(intent.PatientId!.Value, ct) is { IsArchived: true }) continue;
            await intents.CloseAsync(intent, "not needed", ct);
            return null;
        }
        while (await CancelAsync(intent.PatientId!.Value, job, ct) > 0);

        return job;
    }

    private async Task<int> CancelAsync(PatientId patient, Job job, CancellationToken ct)
    {
        var actor = new Actor(new(job.ActorId), job.ActorName, Role.Admin, new(job.IpAddress, job.UserAgent));
        var now = time.GetUtcNow();
        var page = await appointments.FutureOfPatientAsync(patient, now, PageSize, ct);
        foreach (var id in page)
        {
            if (await appointments.FindAsync(id, ct) is not { IsActive: true } appointment) continue;
            var next = appointment.Cancel(AppointmentRules.RecordArchived, now).Value!;
            // One that somebody else changed meanwhile is found again on the next page.
            await appointments.UpdateAsync(next, audit.Of(AuditAction.AppointmentCancelled, actor, next), ct);
            Failpoint.Hit("archive.after_appointment");
        }

        return page.Count;
    }

    private sealed record Job(int ActorId, string ActorName, string? IpAddress, string? UserAgent);
}
