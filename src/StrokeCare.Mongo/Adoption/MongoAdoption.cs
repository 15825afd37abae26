using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Adoption;

/// <summary>How a database of an older system is to be adopted.</summary>
public sealed record AdoptionOrder
{
    /// <summary>Else it is only looked at.</summary>
    public required bool Apply { get; init; }

    /// <summary>What cannot be adopted is moved out of the way, whole.</summary>
    public bool SetAside { get; init; }

    public required string DeploymentId { get; init; }

    /// <summary>By which the older system's appointments are told.</summary>
    public required ClinicClock Clock { get; init; }

    public required AuditTrail Audit { get; init; }
}

/// <summary>Documents looked at in a collection so far.</summary>
public readonly record struct AdoptionProgress(string Collection, long Documents);

/// <summary>
/// Makes the documents of an older system ours: types, spellings, ids, claims, terms, risk and cells. Each is adopted by one
/// write under the condition that it has no version yet, which gives it the first and the row of the log that tells of it.
/// So it is safe to stop at any moment and to repeat; the same order of documents gives the same answers each time.
/// </summary>
public sealed class MongoAdoption
{
    private readonly PatientCollection patients;
    private readonly NameCollection names;
    private readonly HistoryCollection history;
    private readonly AppointmentCollection appointments;
    private readonly UniqueKeys keys;
    private readonly AdoptionMark mark;
    private readonly TimeProvider time;

    internal MongoAdoption(PatientCollection patients, NameCollection names, HistoryCollection history, AppointmentCollection appointments, UniqueKeys keys, TimeProvider time) =>
        (this.patients, this.names, this.history, this.appointments, this.keys, this.time, mark) = (patients, names, history, appointments, keys, time, new(patients.Connection, time));

    /// <summary>Why a portal must not use this database yet, as the end of a sentence about it; null when it may.</summary>
    public Task<string?> NeededAsync(CancellationToken ct) => mark.NeededAsync(ct);

    public async Task<AdoptionReport> RunAsync(AdoptionOrder order, IProgress<AdoptionProgress>? progress, CancellationToken ct)
    {
        var report = new AdoptionReport { Applied = order.Apply };
        var run = new AdoptionRun(patients.Connection, order, report, progress)
        {
            Operation = order.Apply ? await mark.BeginAsync(order.DeploymentId, ct) : "",
            Now = time.GetUtcNow(),
        };
        var known = new KnownPatients();
        await PatientsAsync(run, known, ct);
        await HistoryAsync(run, known, ct);
        await AppointmentsAsync(run, known, ct);
        if (order.Apply && report.IsComplete) await mark.EndAsync(ct);
        return report;
    }

    private async Task PatientsAsync(AdoptionRun run, KnownPatients known, CancellationToken ct)
    {
        var held = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        await foreach (var document in run.AdoptedAsync(patients.Documents, ct))
        {
            if (PatientDocument.IsRefused(document)) continue;
            foreach (var claim in Claim.Of(document)) held[claim.Key] = claim.Owner;
            known.Add(document["_id"].AsObjectId, document.User(PatientFields.UserId));
        }

        var claims = new List<Claim>();
        var brought = new List<string>();
        await run.EachAsync(
            patients.Documents,
            legacy =>
            {
                if (PatientDocument.IsRefused(legacy.Original)) return null;
                var patient = LegacyPatient.Read(legacy, run.Now);
                var wanted = Claim.Of(patient).ToList();
                var taken = wanted.Find(claim => held.TryGetValue(claim.Key, out var owner) && owner != claim.Owner);
                if (taken != default || !known.Add(legacy.Id, patient.UserId))
                {
                    legacy.Fault = $"{taken.Key?.Split(':')[0] ?? "user"}.taken";
                    return null;
                }

                foreach (var claim in wanted) held[claim.Key] = claim.Owner;
                claims.AddRange(wanted);
                brought.AddRange(SearchNames.Of(patient));
                return run.Adopt(legacy, PatientDocument.All(patient), run.Order.Audit.Of(AuditAction.StoreAdopted, Actor.Operator, patient, run.ChangeId(legacy)));
            },
            async () =>
            {
                // Before the records, as every writer does.
                await names.KeepAsync(brought);
                brought.Clear();
                var claimed = await keys.ClaimAsync(claims);
                if (claimed.Refused(claims) is { } refused)
                    throw new InvalidDataException($"A key of patient {refused.Owner.ClinicalId()} was claimed by another while this ran. Stop the portals, then run it again.");
                claims.Clear();
            },
            ct);
    }

    private Task HistoryAsync(AdoptionRun run, KnownPatients known, CancellationToken ct) => run.EachAsync(
        history.Documents,
        legacy => LegacyHistory.Read(legacy, known, run.Now) is { } entry
            ? run.Adopt(
                legacy, [(HistoryFields.PatientId, entry.PatientId.ToString()), .. HistoryDocument.All(entry)],
                run.Order.Audit.Of(AuditAction.StoreAdopted, Actor.Operator, entry, run.ChangeId(legacy)))
            : null,
        () => Task.CompletedTask, ct);

    private async Task AppointmentsAsync(AdoptionRun run, KnownPatients known, CancellationToken ct)
    {
        var calendar = new LegacyCalendar();
        await foreach (var document in run.AdoptedAsync(appointments.Documents, ct)) calendar.Add(AppointmentDocument.Read(document), OwnedTime.Read(document));
        await run.EachAsync(
            appointments.Documents,
            legacy =>
            {
                if (LegacyAppointment.Read(legacy, known, run.Order.Clock, run.Now) is not { } read) return null;
                var (appointment, owned) = calendar.Place(read);
                if (appointment.Overrides.Count > 0) legacy.Find("booked_twice");
                return run.Adopt(
                    legacy, [(AppointmentFields.PatientId, appointment.PatientId.ToString()), .. AppointmentDocument.All(appointment, owned)],
                    run.Order.Audit.Of(AuditAction.StoreAdopted, Actor.Operator, appointment, run.ChangeId(legacy)));
            },
            () => Task.CompletedTask, ct);
    }
}

/// <summary>Who has which time, as adoption goes on: the one that came first has it, and those after it share it by name, as an override does.</summary>
internal sealed class LegacyCalendar
{
    private readonly Dictionary<(bool OfDoctor, string Whose, int Cell), List<AppointmentId>> covering = [];
    private readonly HashSet<(bool OfDoctor, string Whose, int Cell)> owned = [];

    public void Add(Appointment appointment, OwnedTime owns)
    {
        foreach (var cell in owns.OfDoctor) owned.Add(Of(appointment, true, cell));
        foreach (var cell in owns.OfPatient) owned.Add(Of(appointment, false, cell));
        foreach (var key in Keys(appointment))
        {
            if (!covering.TryGetValue(key, out var there)) covering[key] = there = [];
            there.Add(appointment.Id);
        }
    }

    public (Appointment Appointment, OwnedTime Owned) Place(Appointment appointment)
    {
        AppointmentId[] shared = [.. Keys(appointment).SelectMany(key => covering.GetValueOrDefault(key) ?? []).Where(id => id != appointment.Id).Distinct().Take(AppointmentRules.MostOverridden)];
        var placed = shared.Length == 0 ? appointment : appointment with { Overrides = shared, OverrideReason = AppointmentRules.BookedTwice };
        var owns = new OwnedTime(
            [.. placed.Cells.Where(cell => !owned.Contains(Of(placed, true, cell)))],
            [.. placed.Cells.Where(cell => !owned.Contains(Of(placed, false, cell)))]);
        Add(placed, owns);
        return (placed, owns);
    }

    private static IEnumerable<(bool OfDoctor, string Whose, int Cell)> Keys(Appointment appointment) =>
        appointment.Cells.SelectMany(cell => new[] { Of(appointment, true, cell), Of(appointment, false, cell) });

    private static (bool OfDoctor, string Whose, int Cell) Of(Appointment appointment, bool ofDoctor, int cell) =>
        (ofDoctor, ofDoctor ? appointment.DoctorId.ToString() : appointment.PatientId.ToString(), cell);
}
