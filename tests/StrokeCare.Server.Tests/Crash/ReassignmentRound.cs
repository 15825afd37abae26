namespace StrokeCare.Server.Tests.Crash;

/// <summary>A doctor leaves and another takes over. Either all of it happens, each patient once, or nothing.</summary>
internal static class ReassignmentRound
{
    private const int Patients = 5;

    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new AccountClient(victim, round.SignIns);
        var move = new Move(await http.NewDoctorAsync(round.Workload.NextName()), await http.NewDoctorAsync(round.Workload.NextName()), []);
        for (var i = 0; i < Patients; i++) move.Patients.Add(await NewPatientAsync(round, http, move.From));

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

        return !doctor.Active;
    }

    private sealed record Move(string From, string To, List<string> Patients);
}
