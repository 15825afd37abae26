using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;

namespace StrokeCare.Patients;

/// <summary>
/// Gives the patients and coming appointments of a doctor who leaves to another one, one by one. The job is an intent:
/// whatever dies, recovery goes on where it stopped, since what was moved is no longer found under the old doctor.
/// </summary>
public sealed class ReassignPatientsHandler(
    IPatientStore patients, HandOverAppointments appointments, IUserStore users, SealedIntents intents, AuditTrail audit, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>Before the doctor leaves: refuses without a successor, else records what will be done.</summary>
    public async Task<Result<Reassignment>> PrepareAsync(UserId from, int? reassignTo, Actor actor, CancellationToken ct)
    {
        if (reassignTo is null)
        {
            var (records, ahead) = (await patients.CountOfDoctorAsync(from, ct), await appointments.CountAsync(from, ct));
            return records + ahead == 0 ? new Reassignment(null) : HasPatients(records, ahead);
        }

        var to = new UserId(reassignTo.Value);
        if (to == from) return Error.Invalid("reassign_to", "is the doctor who leaves.");
        if (!await users.IsDoctorAsync(to, ct)) return Error.Invalid("reassign_to", "is not an active doctor.");
        var job = new Job(from.Value, to.Value, actor.Id.Value, actor.Username, actor.Origin.IpAddress, actor.Origin.UserAgent);
        var intent = intents.Draft(IntentKind.Reassignment, job) with { UserId = from };
        await intents.AddAsync(intent, ct);
        Failpoint.Hit("reassign.after_intent");
        return new Reassignment(intent);
    }

    /// <summary>
    /// Carries one such intent to its end. A doctor who did not leave after all keeps the patients, and nobody is given to
    /// one who has left meanwhile: those stay where they are until an admin names another. The request that made it goes
    /// on with its own copy, also when recovery has closed it meanwhile.
    /// </summary>
    public async Task ResumeAsync(Intent intent, CancellationToken ct)
    {
        if (intents.Read<Job>(intent) is not { } job)
        {
            await intents.CloseAsync(intent, "unreadable", ct);
            return;
        }

        if (await users.IsDoctorAsync(new(job.From), ct))
        {
            await intents.CloseAsync(intent, "not needed", ct);
            return;
        }

        do
        {
            ct.ThrowIfCancellationRequested();
            if (await users.IsDoctorAsync(new(job.To), ct)) continue;
            await intents.CloseAsync(intent, "successor left", ct);
            return;
        }
        while (await MoveAsync(job, ct) > 0);

        await intents.CloseAsync(intent, "done", ct);
    }

    /// <summary>The doctor stays after all.</summary>
    public async Task AbandonAsync(Reassignment prepared, CancellationToken ct)
    {
        if (prepared.Intent is { } intent) await intents.CloseAsync(intent, "refused", ct);
    }

    private async Task<int> MoveAsync(Job job, CancellationToken ct)
    {
        var actor = new Actor(new(job.ActorId), job.ActorName, Role.Admin, new(job.IpAddress, job.UserAgent));
        return await MovePatientsAsync(job, actor, ct) + await appointments.MoveAsync(new(job.From), new(job.To), actor, ct);
    }

    private async Task<int> MovePatientsAsync(Job job, Actor actor, CancellationToken ct)
    {
        var page = await patients.ListAsync(new() { AssignedDoctorId = new(job.From), Limit = PageSize }, ct);
        foreach (var summary in page)
        {
            if (await patients.FindAsync(summary.Id, ct) is not { } patient || patient.AssignedDoctorId?.Value != job.From) continue;
            var next = patient.Reassign(new(job.To), time.GetUtcNow());
            // One that somebody else changed meanwhile is found again on the next page.
            await patients.UpdateAsync(next, audit.Of(AuditAction.PatientUpdated, actor, next), ct);
            Failpoint.Hit("reassign.after_record");
        }

        return page.Count;
    }

    private static Error HasPatients(long patients, long appointments) => new(
        ErrorKind.Conflict, "user.has_patients",
        string.Create(CultureInfo.InvariantCulture, $"This doctor has {patients} patients and {appointments} coming appointments. Say in reassign_to who takes them over."))
    {
        Counts = new Dictionary<string, long>(StringComparer.Ordinal) { ["patients"] = patients, ["appointments"] = appointments },
    };

    private sealed record Job(int From, int To, int ActorId, string ActorName, string? IpAddress, string? UserAgent);
}

/// <summary>What was prepared; nothing, when there was nobody to move.</summary>
public readonly record struct Reassignment(Intent? Intent);
