namespace StrokeCare.Server.Tests.Crash;

/// <summary>Three people (two in the slice) register themselves while the portal dies or fails. Each gets account and record, or neither until they ask again.</summary>
internal static class RegistrationRound
{
    private static readonly int Registrants = CrashSettings.Full ? 3 : 2;

    public static async Task RunAsync(CrashRound round, Strike strike, bool withRecord)
    {
        var people = Enumerable.Range(0, Registrants).Select(i => round.Workload.NewPerson(withRecord, keyed: i > 0 || !withRecord)).ToList();
        var victim = await round.ServerAsync();
        if (!await strike.HitAsync(round, victim, () => Task.WhenAll(people.Select(person => AskAsync(round, victim, person, strike))))) return;
        // A portal that lives is asked again at once, or ends first; what then waits for a later start waits for the next round.
        var again = !strike.Kills && (!CrashSettings.Full || round.Random.Next(2) == 0);
        if (again) await RepeatAsync(round, victim, people);
        if (!again || CrashSettings.Full) await RecoverAsync(round, people);
        await round.CheckAccountsAsync();
    }

    /// <summary>Asks until there is an answer: the one of before, if there was one.</summary>
    public static async Task RepeatAsync(CrashRound round, ServerProcess server, IReadOnlyList<WantedPerson> people)
    {
        using var http = new AccountClient(server, round.SignIns);
        foreach (var person in people)
        {
            var before = round.Ledger.People.AnswerTo(person);
            var answer = default(Answer);
            for (var attempt = 0; attempt < 20 && answer.Status is 0 or >= 500 && !server.HasExited; attempt++)
            {
                if (attempt > 0) await Task.Delay(100);
                answer = await http.RegisterAsync(person);
            }

            if (answer.Succeeded) round.Ledger.People.Answered(person, AccountClient.IdsIn(answer));
            var done = answer.Status == 409 && AccountClient.TextIn(answer, "code") == "user.username_taken";
            // Without a key nobody can tell whether it is the same person who asks: once all is there the name is taken.
            var right = person.Keyed ? answer.Status == 201 : before is null ? answer.Status == 201 || done : done;
            if (!right) round.Violation($"{person.Name}, answered {before} before, asked again: {answer}");
        }
    }

    private static async Task AskAsync(CrashRound round, ServerProcess server, WantedPerson person, Strike strike)
    {
        using var http = new AccountClient(server, round.SignIns);
        var answer = await http.RegisterAsync(person);
        if (answer.Succeeded) round.Ledger.People.Answered(person, AccountClient.IdsIn(answer));
        strike.Judge(round, $"{person.Name} registers", answer);
    }

    // Half the time the repeats race with recovery, half the time they come when it is done.
    private static async Task RecoverAsync(CrashRound round, IReadOnlyList<WantedPerson> people)
    {
        var server = await round.RestartAsync();
        if (round.Random.Next(2) == 0)
        {
            await Settling.WaitAsync(round.Stores, round.Ledger);
            await round.HoldAsync(server);
        }

        await RepeatAsync(round, server, people);
        await Settling.WaitAsync(round.Stores, round.Ledger);
    }
}
