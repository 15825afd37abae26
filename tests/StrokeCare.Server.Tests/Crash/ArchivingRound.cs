using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>A patient with appointments ahead is archived. Either all of them are cancelled, once each, or nothing has happened.</summary>
internal static class ArchivingRound
{
    private const int Appointments = 4;

    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new PatientClient(victim.Address, round.SignIns);
        var (patient, booked) = await PrepareAsync(round, http);

        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await http.ArchiveAsync(patient, 1))) return;
        strike.Judge(round, $"archive {patient}", answer);
        var server = await round.RestartAsync();
        await Settling.WaitAsync(round.Stores, round.Ledger);
        if (!await IsArchivedAsync(round, patient, booked))
        {
            if (answer.Succeeded) round.Violation($"patient {patient} was archived by {answer}, and is not");
            using var again = new PatientClient(server.Address, round.SignIns);
            answer = await again.ArchiveAsync(patient, 1);
            if (answer.Status != 200 || !await IsArchivedAsync(round, patient, booked)) round.Violation($"patient {patient} is archived at last: {answer}");
        }

        round.Ledger.Changed(patient, 2, "");
        await round.CheckAsync();
    }

    private static async Task<(string Patient, List<string> Booked)> PrepareAsync(CrashRound round, PatientClient http)
    {
        var patient = round.Workload.NewPatient(round.Random);
        var made = await http.RegisterAsync(patient);
        Assert.True(made.Status == 201, $"no new patient: {made}");
        round.Ledger.Registered(patient, made.Id, "first");
        var booked = new List<string>();
        for (var i = 0; i < Appointments; i++) booked.Add(await BookAsync(round, http, made.Id));
        return (made.Id, booked);
    }

    /// <summary>An appointment at a time that is the round's own.</summary>
    internal static async Task<string> BookAsync(CrashRound round, PatientClient http, string patient, object? doctor = null, string? at = null)
    {
        var reason = round.Workload.NextName();
        var (date, time) = at is null ? round.Ledger.NextTime() : (at[..10], at[11..]);
        var wanted = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["doctor_id"] = doctor ?? round.SignIns.DoctorId,
            ["patient_id"] = patient,
            ["appointment_date"] = date,
            ["appointment_time"] = time,
            ["reason"] = reason,
        };
        if (at is not null) (wanted["override"], wanted["override_reason"]) = (true, "a crash test");
        var answer = await http.BookAsync(wanted, reason);
        Assert.True(answer.Status == 201, $"no new appointment: {answer}");
        var id = AccountClient.TextIn(answer, "id");
        round.Ledger.Booked(id, 1, new(patient, AccountClient.TextIn(answer, "starts_at"), "scheduled"));
        return id;
    }

    private static async Task<bool> IsArchivedAsync(CrashRound round, string patient, List<string> booked)
    {
        var stores = await StoreSnapshot.ReadAsync(round.Stores);
        var isArchived = stores.Patients.Single(stored => stored.Id == patient).Archived;
        var (status, version) = isArchived ? ("cancelled", 2) : ("scheduled", 1);
        foreach (var one in stores.Appointments.Where(one => booked.Contains(one.Id) && (one.Status, one.Version) != (status, version)))
            round.Violation(string.Create(CultureInfo.InvariantCulture, $"patient {patient} {(isArchived ? "was" : "was not")} archived, and appointment {one.Id} is {one.Status} at version {one.Version}"));
        return isArchived;
    }
}

/// <summary>One appointment shares the time of another, which is then cancelled: the time is the first's, whatever dies.</summary>
internal static class SharingRound
{
    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new PatientClient(victim.Address, round.SignIns);
        var (date, time) = round.Ledger.NextTime();
        var (first, second) = (await NewPatientAsync(round, http), await NewPatientAsync(round, http));
        var overridden = await ArchivingRound.BookAsync(round, http, first, at: $"{date} {time}");
        await ArchivingRound.BookAsync(round, http, second, at: $"{date} {time}");

        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await http.ChangeAppointmentAsync(overridden, "cancel", 1, new { reason = "a crash test" }))) return;
        strike.Judge(round, $"cancel {overridden}", answer);
        await round.RestartAsync();
        await round.CheckAsync();
    }

    private static async Task<string> NewPatientAsync(CrashRound round, PatientClient http)
    {
        var patient = round.Workload.NewPatient(round.Random);
        var made = await http.RegisterAsync(patient);
        Assert.True(made.Status == 201, $"no new patient: {made}");
        round.Ledger.Registered(patient, made.Id, "first");
        return made.Id;
    }
}

/// <summary>A doctor's hours are set. Either they are, with one row in the log, or not.</summary>
internal static class HoursRound
{
    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new PatientClient(victim.Address, round.SignIns);
        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await http.SetHoursAsync(round.SignIns.DoctorId))) return;
        strike.Judge(round, "set hours", answer);
        if (answer.Succeeded) round.Ledger.SetHours(round.SignIns.DoctorId, answer.Version);

        using var again = new PatientClient((await round.ServerAsync()).Address, round.SignIns);
        answer = await again.SetHoursAsync(round.SignIns.DoctorId);
        if (answer.Succeeded) round.Ledger.SetHours(round.SignIns.DoctorId, answer.Version);
        else round.Violation($"set hours at last: {answer}");
        await round.CheckAsync();
    }
}
