namespace StrokeCare.Server.Tests.Crash;

/// <summary>A doctor leaves and another takes over. Either all of it happens, each patient and each appointment once, or nothing.</summary>
internal static class ReassignmentRound
{
    private const int Patients = 5;
    private const int Appointments = 3;

    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new AccountClient(victim, round.SignIns);
        var move = new Move(await http.NewDoctorAsync(round.Workload.NextName()), await http.NewDoctorAsync(round.Workload.NextName()), [], []);
        for (var i = 0; i < Patients; i++) move.Patients.Add(await NewPatientAsync(round, http, move.From));
        await BookAsync(round, victim, move);

        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await http.LeavesAsync(move.From, move.To))) return;
        strike.Judge(round, $"doctor {move.From} leaves", answer);
        var server = await round.RestartAsync();
        await Settling.WaitAsync(round.Stores, round.Ledger);
        if (!await HasLeftAsync(round, move))
        {
            if (answer.Succeeded) round.Violation($"doctor {move.From} has left by {answer}, and nothing happened");
            using var again = new AccountClient(server, round.SignIns);
            answer = await again.LeavesAsync(move.From, move.To);
            if (answer.Status != 200 || !await HasLeftAsync(round, move)) round.Violation($"doctor {move.From} leaves at last: {answer}");
        }

        foreach (var patient in move.Patients) round.Ledger.Changed(patient, 2, "");
        foreach (var one in (await StoreSnapshot.ReadAsync(round.Stores)).Appointments.Where(one => move.Appointments.Contains(one.Id)))
            round.Ledger.Booked(one.Id, 2, new(one.PatientId, one.Starts, "scheduled"));
        await round.CheckAccountsAsync();
    }

    private static async Task<string> NewPatientAsync(CrashRound round, AccountClient http, string doctor)
    {
        var patient = round.Workload.NewPatientOf(doctor, round.Random);
        var made = await http.RegisterAsync(patient);
        Assert.True(made.Status == 201, $"no new patient: {made}");
        round.Ledger.Registered(patient, made.Id, "first");
        return made.Id;
    }

    // The successor is busy at the time of the first.
    private static async Task BookAsync(CrashRound round, ServerProcess server, Move move)
    {
        using var http = new PatientClient(server.Address, round.SignIns);
        for (var i = 0; i < Appointments; i++)
        {
            var (date, time) = round.Ledger.NextTime();
            move.Appointments.Add(await ArchivingRound.BookAsync(round, http, move.Patients[i], Number(move.From), $"{date} {time}"));
            if (i == 0) await ArchivingRound.BookAsync(round, http, move.Patients[^1], Number(move.To), $"{date} {time}");
        }
    }

    private static int Number(string doctor) => int.Parse(doctor, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<bool> HasLeftAsync(CrashRound round, Move move)
    {
        var stores = await StoreSnapshot.ReadAsync(round.Stores);
        var doctor = stores.Accounts.Single(account => account.Id == move.From);
        var (holder, version) = doctor.Active ? (move.From, 1) : (move.To, 2);
        if (doctor.Version != version) round.Violation($"doctor {move.From} {(doctor.Active ? "stayed" : "left")} at version {doctor.Version}");
        foreach (var patient in stores.Patients.Where(patient => move.Patients.Contains(patient.Id)))
        {
            if (patient.DoctorId != holder || patient.Version != version)
                round.Violation($"doctor {move.From} {(doctor.Active ? "stayed" : "left")}, and patient {patient.Id} is with {patient.DoctorId} at version {patient.Version}");
        }

        foreach (var one in stores.Appointments.Where(one => move.Appointments.Contains(one.Id) && (one.DoctorId != holder || one.Version != version || one.Status != "scheduled")))
            round.Violation($"doctor {move.From} {(doctor.Active ? "stayed" : "left")}, and appointment {one.Id} is {one.Status} with {one.DoctorId} at version {one.Version}");

        return !doctor.Active;
    }

    private sealed record Move(string From, string To, List<string> Patients, List<string> Appointments);
}
