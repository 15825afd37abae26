using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What must hold once nothing is pending, whatever died before. A pure function of ledger and stores.</summary>
internal static class Invariants
{
    public static IEnumerable<string> Broken(Ledger ledger, StoreSnapshot stores) =>
    [
        .. Chain(stores),
        .. Versions(stores, EntityType.Patient, stores.Patients.Select(patient => (patient.Id, patient.Version))),
        .. Versions(stores, EntityType.User, stores.Accounts.Select(account => (account.Id, account.Version))),
        .. Versions(stores, EntityType.MedicalHistory, stores.History.Select(entry => (entry.Id, entry.Version))),
        .. Versions(stores, EntityType.Appointment, stores.Appointments.Select(one => (one.Id, one.Version))),
        .. Promises(ledger, stores),
        .. History(ledger, stores),
        .. OneEffect(ledger, stores),
        .. AppointmentInvariants.Broken(ledger, stores),
        .. PeopleInvariants.Broken(ledger.People, stores),
    ];

    /// <summary>Seq is 1, 2, 3 … up to the head, and no change is in twice.</summary>
    private static IEnumerable<string> Chain(StoreSnapshot stores)
    {
        for (var i = 0; i < stores.Log.Count; i++)
        {
            if (stores.Log[i].Seq == i + 1) continue;
            yield return $"the log has seq {stores.Log[i].Seq} where {i + 1} belongs";
            break;
        }

        if (stores.HeadSeq != stores.Log.Count) yield return $"the head is at {stores.HeadSeq}, the log has {stores.Log.Count} rows";
        foreach (var twice in stores.Log.GroupBy(row => row.ChangeId).Where(rows => rows.Count() > 1))
            yield return $"change {twice.Key} is in the log {twice.Count()} times";
    }

    /// <summary>
    /// Every version of every record and account, acknowledged or not, has exactly one row; and no row speaks of a version
    /// that is not. An account at version 0 is only reserved and has none.
    /// </summary>
    private static IEnumerable<string> Versions(StoreSnapshot stores, EntityType type, IEnumerable<(string Id, long Version)> stored)
    {
        var kind = type.Wire();
        var logged = stores.Log.Where(row => row.EntityType == kind && row.EntityVersion is not null)
            .GroupBy(row => row.EntityId!).ToDictionary(rows => rows.Key, rows => rows.Select(row => row.EntityVersion!.Value).ToList());
        foreach (var (id, last) in stored)
        {
            if (!logged.Remove(id, out var versions)) versions = [];
            for (var version = 1L; version <= last; version++)
            {
                var rows = versions.Count(v => v == version);
                if (rows != 1) yield return $"{kind} {id} version {version} has {rows} log rows";
            }

            if (versions.Any(v => v > last || v < 1)) yield return $"{kind} {id} is at {last}, the log has {versions.Max()}";
            if (!versions.SequenceEqual(versions.Order())) yield return $"{kind} {id} is logged out of order: {string.Join(',', versions)}";
        }

        foreach (var ghost in logged.Keys) yield return $"the log has versions of {kind} {ghost}, who is in no store";
    }

    /// <summary>What was acknowledged is there, and so is what it said.</summary>
    private static IEnumerable<string> Promises(Ledger ledger, StoreSnapshot stores)
    {
        var byId = stores.Patients.ToDictionary(patient => patient.Id);
        foreach (var ((id, version), firstName) in ledger.Versions)
        {
            if (!byId.TryGetValue(id, out var patient)) yield return $"acknowledged patient {id} is lost";
            else if (patient.Version < version) yield return $"patient {id}: version {version} was acknowledged, {patient.Version} is stored";
            else if (patient.Version == version && firstName.Length > 0 && patient.FirstName != firstName)
                yield return $"patient {id} version {version}: first name {firstName} was acknowledged, {patient.FirstName} is stored";
        }

        var viewed = AuditAction.PatientViewed.Wire();
        var views = stores.Log.Where(row => row.EventType == viewed).GroupBy(row => row.EntityId!).ToDictionary(rows => rows.Key, rows => rows.Count());
        foreach (var (id, reads) in ledger.Reads)
        {
            if (views.GetValueOrDefault(id) < reads) yield return $"patient {id} was shown {reads} times, the log has {views.GetValueOrDefault(id)}";
        }
    }

    /// <summary>Every acknowledged version of an entry is there with what it said, in the right patient's history, and each text was asked for once.</summary>
    private static IEnumerable<string> History(Ledger ledger, StoreSnapshot stores)
    {
        var byId = stores.History.ToDictionary(entry => entry.Id);
        foreach (var ((id, version), said) in ledger.Entries)
        {
            if (!byId.TryGetValue(id, out var entry)) yield return $"acknowledged history entry {id} is lost";
            else if (entry.Version < version) yield return $"history entry {id}: version {version} was acknowledged, {entry.Version} is stored";
            else if (entry.PatientId != said.PatientId) yield return $"history entry {id} of {said.PatientId} is stored with {entry.PatientId}";
            else if (entry.Version == version && entry.Diagnosis != said.Diagnosis) yield return $"history entry {id} version {version}: {said.Diagnosis} was acknowledged, {entry.Diagnosis} is stored";
        }

        foreach (var twice in stores.History.GroupBy(entry => entry.Diagnosis).Where(same => same.Count() > 1)) yield return $"history says {twice.Key} {twice.Count()} times";
    }

    /// <summary>One registration, one record: none for a key nobody sent, none twice.</summary>
    private static IEnumerable<string> OneEffect(Ledger ledger, StoreSnapshot stores)
    {
        var keys = ledger.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var made in stores.Patients.Where(p => p.SourceKey is null).GroupBy(p => p.LastName ?? ""))
        {
            if (made.Count() > 1) yield return $"registration {made.Key} made {made.Count()} records";
            if (!keys.Contains(made.Key)) yield return $"a record says it was made by {made.Key}, which nobody sent";
        }

        var imported = stores.Patients.Where(p => p.SourceKey is not null).GroupBy(p => p.SourceKey!).ToDictionary(rows => rows.Key, rows => rows.Count());
        foreach (var (key, times) in imported.Where(pair => pair.Value > 1)) yield return $"source key {key} is there {times} times";
        var lost = ledger.SourceKeys.Where(key => !imported.ContainsKey(key)).ToList();
        if (lost.Count > 0) yield return $"{lost.Count} imported rows are lost, among them {lost[0]}";
    }
}
