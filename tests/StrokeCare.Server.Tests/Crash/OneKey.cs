namespace StrokeCare.Server.Tests.Crash;

/// <summary>Many POSTs of one registration under one key, all at once.</summary>
internal static class OneKey
{
    public const int Posts = 100;

    /// <summary>Every answer must name the same record; the ledger sees to it.</summary>
    public static async Task PostAsync(ServerProcess server, CrashRound round, WantedPatient patient, bool untilAnswered)
    {
        using var http = new PatientClient(server.Address, round.SignIns);
        await Task.WhenAll(Enumerable.Range(0, Posts).Select(_ => Task.Run(async () =>
        {
            var answer = await http.RegisterAsync(patient);
            if (answer.Succeeded) round.Ledger.Registered(patient, answer.Id, "first");
            else if (untilAnswered || answer.Status != 0) round.Violation($"one of {Posts} posts under {patient.Key}: {answer}");
        })));
    }
}
