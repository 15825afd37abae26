using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>The records that were written, in their order, and how many entries of history with them.</summary>
public sealed record DemoRecords(IReadOnlyList<Patient> Patients, int Entries);

/// <summary>Writes synthetic patients with their histories through the stores, each with its change, as if over the years.</summary>
public sealed class FillDemoRecordsHandler(IPatientStore patients, IHistoryStore history, ISecurityLog log)
{
    private const int BatchSize = 500;

    // As many as SQLite's writer puts into one commit at most.
    private const int AtOnce = 256;

    /// <param name="all">In the order in which they came.</param>
    /// <param name="people">Who treats them.</param>
    /// <param name="progress">Hears how many patients are done, each five hundred; null if nobody listens.</param>
    /// <param name="ct">Stops between batches.</param>
    public async Task<DemoRecords> HandleAsync(IEnumerable<SyntheticPatient> all, DemoPeople people, IProgress<int>? progress, CancellationToken ct)
    {
        var clock = new BackdatedTime(DateTimeOffset.UnixEpoch);
        var (audit, patientIds, entryIds) = (new AuditTrail(log, clock), new ClinicalIds(clock), new ClinicalIds(clock));
        var (made, entries) = (new List<Patient>(), 0);
        foreach (var batch in all.Chunk(BatchSize))
        {
            var added = batch.Select(one => Register(one, people, clock, patientIds, audit)).ToList();
            var outcomes = await patients.AddManyAsync(added, ct);
            if (outcomes.Any(outcome => outcome != AddPatientOutcome.Added)) throw new InvalidOperationException("These stores hold records of another clinic: an MRN is taken.");
            // Made one after the other while those before are written.
            var writes = batch.Zip(added, (one, record) => History(one, record.Patient, people.Doctors[one.Doctor], clock, entryIds, audit)).SelectMany(of => of);
            await Parallel.ForEachAsync(writes, Limit(ct), async (write, token) =>
            {
                if (await history.AddAsync(write.Entry, write.Change, token) != AddHistoryOutcome.Added) throw new InvalidOperationException("A synthetic history entry was there already.");
            });
            entries += batch.Sum(one => one.History.Count);
            made.AddRange(await AmendAsync(batch, added, people, ct));
            progress?.Report(made.Count);
        }

        return new(made, entries);
    }

    private static PatientAdded Register(SyntheticPatient one, DemoPeople people, BackdatedTime clock, ClinicalIds ids, AuditTrail audit)
    {
        var doctor = people.Doctors[one.Doctor];
        clock.Now = one.RegisteredAt;
        var by = new Registration { CreatedBy = doctor.Id, AssignedDoctorId = doctor.Id, UserId = one.Details.Mrn == people.Mrn ? people.Patient.Id : null };
        var patient = Patient.Register(new(ids.Next()), one.Details, by, one.RegisteredAt);
        if (!patient.Succeeded) throw new InvalidOperationException($"A synthetic patient breaks a rule: {string.Join(", ", patient.Error.Fields.Keys)}.");
        return new(patient.Value, audit.Of(AuditAction.PatientCreated, ActorOf(doctor), patient.Value));
    }

    private static IEnumerable<(HistoryEntry Entry, Change Change)> History(
        SyntheticPatient one, Patient patient, User doctor, BackdatedTime clock, ClinicalIds ids, AuditTrail audit)
    {
        foreach (var text in one.History)
        {
            // What was before they came is written down when they come.
            clock.Now = text.RecordDate > one.RegisteredAt ? text.RecordDate : one.RegisteredAt;
            var entry = HistoryEntry.Write(new(ids.Next()), patient.Id, text, new(doctor.Id, $"{doctor.FirstName} {doctor.LastName}"), clock.Now);
            if (!entry.Succeeded) throw new InvalidOperationException($"A synthetic history entry breaks a rule: {string.Join(", ", entry.Error.Fields.Keys)}.");
            yield return (entry.Value, audit.Of(AuditAction.HistoryAdded, ActorOf(doctor), entry.Value));
        }
    }

    private async Task<IEnumerable<Patient>> AmendAsync(
        SyntheticPatient[] batch, List<PatientAdded> added, DemoPeople people, CancellationToken ct)
    {
        var records = added.ConvertAll(one => one.Patient);
        await Parallel.ForEachAsync(Enumerable.Range(0, batch.Length).Where(i => batch[i].Amended is not null), Limit(ct), async (i, token) =>
        {
            var (one, doctor) = (batch[i], people.Doctors[batch[i].Doctor]);
            var next = records[i].Amend(one.Amended!, doctor.Id, one.AmendedAt!.Value);
            if (!next.Succeeded) throw new InvalidOperationException($"A synthetic change breaks a rule: {string.Join(", ", next.Error.Fields.Keys)}.");
            var then = new AuditTrail(log, new BackdatedTime(one.AmendedAt.Value));
            var outcome = await patients.UpdateAsync(next.Value, then.Of(AuditAction.PatientUpdated, ActorOf(doctor), next.Value), token);
            if (outcome != UpdatePatientOutcome.Updated) throw new InvalidOperationException($"A synthetic change was not stored: {outcome}.");
            records[i] = next.Value;
        });
        return records;
    }

    private static ParallelOptions Limit(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };

    private static Actor ActorOf(User doctor) => new(doctor.Id, doctor.Username, Role.Doctor, Origin.Local);
}
