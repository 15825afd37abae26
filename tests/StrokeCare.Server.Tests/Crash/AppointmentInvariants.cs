using StrokeCare.Audit;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What must hold of appointments once nothing is pending: nobody has two at once who did not mean to, and no time is taken for nothing.</summary>
internal static class AppointmentInvariants
{
    public static IEnumerable<string> Broken(Ledger ledger, StoreSnapshot stores) =>
        [.. Promises(ledger, stores), .. Owned(stores), .. Unowned(stores), .. Overlaps(stores), .. Archived(stores), .. Hours(ledger, stores)];

    /// <summary>Time that an active appointment covers and nobody owns. In MongoDB recovery may still have to claim it.</summary>
    public static IEnumerable<string> Unowned(StoreSnapshot stores)
    {
        foreach (var (whose, owned, covering) in Calendars(stores))
        {
            var all = owned.Select(cell => cell.Cell).ToHashSet();
            foreach (var one in covering)
            {
                if (one.Covers.Any(cell => !all.Contains(cell))) yield return $"appointment {one.Id} covers time of {whose} that nobody owns";
            }
        }
    }

    private static IEnumerable<string> Promises(Ledger ledger, StoreSnapshot stores)
    {
        var byId = stores.Appointments.ToDictionary(one => one.Id);
        foreach (var ((id, version), said) in ledger.Appointments)
        {
            if (!byId.TryGetValue(id, out var one)) yield return $"acknowledged appointment {id} is lost";
            else if (one.Version < version) yield return $"appointment {id}: version {version} was acknowledged, {one.Version} is stored";
            else if (one.PatientId != said.PatientId) yield return $"appointment {id} of {said.PatientId} is stored with {one.PatientId}";
            else if (one.Version == version && (one.Starts, one.Status) != (said.StartsAt, said.Status))
                yield return $"appointment {id} version {version}: {said.Status} at {said.StartsAt} was acknowledged, {one.Status} at {one.Starts} is stored";
        }

        foreach (var twice in stores.Appointments.GroupBy(one => one.Reason).Where(same => same.Count() > 1)) yield return $"{twice.Key} was booked {twice.Count()} times";
    }

    /// <summary>One's cells are within one's time, only while active, and nobody else's.</summary>
    private static IEnumerable<string> Owned(StoreSnapshot stores)
    {
        foreach (var orphan in stores.OrphanCells) yield return $"there are cells of an appointment {orphan}, which is not there";
        foreach (var one in stores.Appointments)
        {
            var covers = one.IsActive ? one.Covers.ToHashSet() : [];
            if (one.OfDoctor.Concat(one.OfPatient).Any(cell => !covers.Contains(cell))) yield return $"appointment {one.Id}, {one.Status}, owns time that it does not cover";
        }

        foreach (var (whose, owned, _) in Calendars(stores))
        {
            foreach (var twice in owned.GroupBy(cell => cell.Cell).Where(same => same.Count() > 1)) yield return $"cell {twice.Key} of {whose} is owned {twice.Count()} times";
        }
    }

    private static IEnumerable<string> Overlaps(StoreSnapshot stores)
    {
        foreach (var (whose, _, covering) in Calendars(stores))
        {
            for (var i = 0; i < covering.Count; i++)
            {
                foreach (var other in covering.Skip(i + 1))
                {
                    var (one, shared) = (covering[i], covering[i].Covers.Intersect(other.Covers).Any());
                    if (shared && !one.Overrides.Contains(other.Id) && !other.Overrides.Contains(one.Id)) yield return $"{whose} has {one.Id} and {other.Id} at once";
                }
            }
        }
    }

    /// <summary>What is ahead of archived patients, though their archiving may not be at its end.</summary>
    public static IEnumerable<string> AheadOfArchived(StoreSnapshot stores)
    {
        var archived = stores.Patients.Where(patient => patient.Archived).Select(patient => patient.Id).ToHashSet();
        return stores.Appointments.Where(one => one.IsActive && archived.Contains(one.PatientId)).Select(one => $"patient {one.PatientId} is archived and has appointment {one.Id} ahead");
    }

    /// <summary>Nothing is ahead of an archived patient whose archiving has come to its end.</summary>
    private static IEnumerable<string> Archived(StoreSnapshot stores) =>
        AheadOfArchived(stores with { Patients = [.. stores.Patients.Where(patient => !stores.BeingArchived.Contains(patient.Id))] });

    /// <summary>Each version of a doctor's hours is one row of the log.</summary>
    private static IEnumerable<string> Hours(Ledger ledger, StoreSnapshot stores)
    {
        var changed = AuditAction.WorkingHoursChanged.Wire();
        var rows = stores.Log.Where(row => row.EventType == changed).GroupBy(row => row.TargetUserId ?? "").ToDictionary(row => row.Key, row => row.Count());
        foreach (var (doctor, version) in stores.Hours)
        {
            if (rows.GetValueOrDefault(doctor) != version) yield return $"the hours of doctor {doctor} are at {version}, the log has {rows.GetValueOrDefault(doctor)} rows";
        }

        foreach (var (doctor, version) in ledger.Hours)
        {
            if (stores.Hours.GetValueOrDefault(doctor) < version) yield return $"hours of doctor {doctor}: version {version} was acknowledged, {stores.Hours.GetValueOrDefault(doctor)} is stored";
        }
    }

    private static IEnumerable<Calendar> Calendars(StoreSnapshot stores) =>
    [
        .. stores.Appointments.GroupBy(one => one.DoctorId).Select(all => Calendar.Of($"doctor {all.Key}", all, one => one.OfDoctor)),
        .. stores.Appointments.GroupBy(one => one.PatientId).Select(all => Calendar.Of($"patient {all.Key}", all, one => one.OfPatient)),
    ];

    /// <summary>Somebody's time: who owns which cell of it, and the active appointments on it.</summary>
    private sealed record Calendar(string Whose, IReadOnlyList<(long Cell, string Owner)> Owned, IReadOnlyList<StoredAppointment> Covering)
    {
        public static Calendar Of(string whose, IEnumerable<StoredAppointment> all, Func<StoredAppointment, IReadOnlyList<long>> owned) =>
            new(whose, [.. all.SelectMany(one => owned(one), (one, cell) => (cell, one.Id))], [.. all.Where(one => one.IsActive)]);
    }
}
