using System.Diagnostics;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What happens after a crash: clients repeat what was never answered, then the stores are held against the ledger.</summary>
internal sealed class Recovery(ClinicStores stores, Ledger ledger, Random random)
{
    private static readonly TimeSpan PendingLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClaimLimit = TimeSpan.FromSeconds(35);

    // A minute after what it is about, by recovery's next look.
    private static readonly TimeSpan LaterLookLimit = TimeSpan.FromSeconds(100);

    // The check names claims of a minute; by when it is asked these are as old.
    private static readonly TimeSpan SoonNamed = TimeSpan.FromSeconds(30);

    public async Task CheckAsync(ServerProcess server)
    {
        using (var http = new PatientClient(server.Address, stores.SignIns))
        {
            await RepeatAsync(http, server);
            await ReplayAsync(http);
            await NothingPendingAsync();
            await NothingUnownedAsync();
            foreach (var broken in Invariants.Broken(ledger, await StoreSnapshot.ReadAsync(stores))) ledger.Violation(broken);
            var verified = await http.VerifyAsync();
            if (!verified.Succeeded || !verified.Body.Contains("\"ok\":true", StringComparison.Ordinal)) ledger.Violation($"audit verify: {verified}");
        }
    }

    /// <summary>The same verification by a process that has seen nothing of it all.</summary>
    public async Task VerifyByVerbAsync()
    {
        var verify = await ServerBuild.RunAsync(stores, null, null, "audit", "verify");
        if (verify.ExitCode != 0) ledger.Violation(verify.ToString());
    }

    /// <summary>
    /// What recovery leaves alone for a minute, and the operator's check names until it has looked: what a booking left that
    /// died beside an archiving (ADR 18), and a claim whose process died before its record (ADR 8).
    /// </summary>
    public async Task NothingForALaterLookAsync()
    {
        var since = Stopwatch.GetTimestamp();
        var left = await LeftAsync();
        while (left.Count > 0 && Stopwatch.GetElapsedTime(since) < LaterLookLimit)
        {
            await Task.Delay(500);
            left = await LeftAsync();
        }

        foreach (var one in left) ledger.Violation($"{one}, {LaterLookLimit} later");

        async Task<IReadOnlyList<string>> LeftAsync() =>
            [.. AppointmentInvariants.AheadOfArchived(await StoreSnapshot.ReadAsync(stores)), .. await StoredClaims.NotHeldAsync(stores, SoonNamed)];
    }

    /// <summary>Where nothing died and everybody was answered, no request has left a claim behind: recovery is not there to tidy up after the living.</summary>
    public async Task NothingClaimedInVainAsync()
    {
        foreach (var left in await StoredClaims.NotHeldAsync(stores, TimeSpan.Zero)) ledger.Violation(left);
    }

    /// <summary>What the operator's own check finds, by a process that has seen nothing of it all: nothing.</summary>
    public async Task CheckByVerbAsync()
    {
        var check = await ServerBuild.RunAsync(stores, null, null, "consistency", "check");
        if (check.ExitCode != 0) ledger.Violation(check.ToString());
    }

    /// <summary>Each registration without an answer, under its own key, until it has one.</summary>
    private async Task RepeatAsync(PatientClient http, ServerProcess server)
    {
        foreach (var patient in ledger.Unacknowledged)
        {
            var answer = default(Answer);
            for (var attempt = 0; attempt < 20 && !answer.Succeeded && answer.Status != 409 && !server.HasExited; attempt++)
            {
                if (attempt > 0) await Task.Delay(100);
                answer = await http.RegisterAsync(patient);
            }

            if (answer.Succeeded) ledger.Registered(patient, answer.Id, "");
            else if (answer.Status == 409) ledger.Refused(patient);
            else ledger.Violation($"register {patient.Key} repeated: {answer}");
        }
    }

    /// <summary>A key that was answered once is answered with the same record for ever.</summary>
    private async Task ReplayAsync(PatientClient http)
    {
        var done = ledger.Acknowledged.Where(promise => !promise.Patient.Keyless).ToList();
        for (var i = 0; i < 3 && done.Count > 0; i++)
        {
            var (patient, id) = done[random.Next(done.Count)];
            var answer = await http.RegisterAsync(patient);
            if (answer.Status != 201 || answer.Id != id || !answer.Replayed)
                ledger.Violation($"key {patient.Key} of patient {id} was replayed as {(answer.Replayed ? "replay" : "new")} {answer.Id}: {answer}");
        }
    }

    // Time that was let go of just before a throw is claimed at the next look, for MongoDB has no transaction for it.
    private async Task NothingUnownedAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < ClaimLimit && AppointmentInvariants.Unowned(await StoreSnapshot.ReadAsync(stores)).Any()) await Task.Delay(250);
    }

    private async Task NothingPendingAsync()
    {
        var since = Stopwatch.GetTimestamp();
        var pending = await StoreSnapshot.PendingAsync(stores);
        while (pending > 0 && Stopwatch.GetElapsedTime(since) < PendingLimit)
        {
            await Task.Delay(50);
            pending = await StoreSnapshot.PendingAsync(stores);
        }

        if (pending > 0) ledger.Violation($"{pending} changes are still pending after {PendingLimit}");
    }
}
