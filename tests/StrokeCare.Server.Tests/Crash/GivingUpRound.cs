namespace StrokeCare.Server.Tests.Crash;

/// <summary>A self-registration that nobody can open any more. It is given up, whatever dies meanwhile, and the name is free again.</summary>
internal static class GivingUpRound
{
    private static readonly Strike Beginning = new("self_register.after_reserve", "kill", 1);

    /// <param name="round">The round.</param>
    /// <param name="strike">Comes while it is given up; null for none.</param>
    public static async Task RunAsync(CrashRound round, Strike? strike)
    {
        var person = round.Workload.NewPerson(withRecord: true, keyed: true);
        if (await ReserveAsync(round, person) is not { } intent) return;
        await StoredIntent.CorruptAsync(round.Stores, intent.Id);
        if (strike is not null && !await StrikeAsync(round, strike)) return;
        var server = strike is null || strike.Kills ? await round.ServerAsync() : await round.RestartAsync();
        await Settling.WaitAsync(round.Stores, round.Ledger);
        await CheckAsync(round, intent);
        await round.HoldAsync(server);

        await RefusedOnceAsync(round, server, person);
        await RegistrationRound.RepeatAsync(round, server, [person]);
        await round.CheckAccountsAsync();
    }

    /// <summary>Dead with the name taken; the intent that has taken it.</summary>
    private static async Task<StoredIntent?> ReserveAsync(CrashRound round, WantedPerson person)
    {
        var victim = await round.ServerAsync();
        using var http = new AccountClient(victim, round.SignIns);
        if (!await Beginning.HitAsync(round, victim, () => http.RegisterAsync(person))) return null;
        await using var connection = await StoreSnapshot.OpenAsync(round.Stores);
        var account = (await StoredAccount.AllAsync(round.Stores, connection)).Single(account => account.Name == person.Name);
        return (await StoredIntent.AllAsync(round.Stores)).Single(intent => intent.Id == account.ReservedBy);
    }

    // Recovery meets it at the start of the server or 2 seconds later.
    private static Task<bool> StrikeAsync(CrashRound round, Strike strike)
    {
        var doomed = round.StartDoomed();
        return strike.HitAsync(round, doomed, () => doomed.ReadyAsync());
    }

    private static async Task CheckAsync(CrashRound round, StoredIntent begun)
    {
        var ended = (await StoredIntent.AllAsync(round.Stores)).Single(intent => intent.Id == begun.Id);
        if (ended is not { IsOpen: false, HasPayload: false, Outcome: "given up" }) round.Violation($"it was to be given up: {ended}");
        if (!await StoredIntent.IsRefusedAsync(round.Stores, begun.PatientId!)) round.Violation($"record {begun.PatientId} is not refused");
    }

    // The key still stands for the id that is refused: who asks again hears of it, and from then on the key is free.
    private static async Task RefusedOnceAsync(CrashRound round, ServerProcess server, WantedPerson person)
    {
        using var http = new AccountClient(server, round.SignIns);
        var answer = await http.RegisterAsync(person);
        if (answer.Status != 409 || AccountClient.TextIn(answer, "code") != "self_registration.given_up") round.Violation($"{person.Name} asked for a refused record: {answer}");
        await round.HoldAsync(server);
    }
}
