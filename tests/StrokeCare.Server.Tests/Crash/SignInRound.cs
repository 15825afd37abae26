namespace StrokeCare.Server.Tests.Crash;

/// <summary>Somebody signs in, stays signed in or sets a new password while the portal dies or fails. What they were told holds, and they get in again.</summary>
internal static class SignInRound
{
    private const string NewPassword = "another password of one's own";

    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new AccountClient(victim, round.SignIns);
        var name = round.Workload.NextName();
        await http.NewDoctorAsync(name);
        var guest = new Guest(round, name);
        if (strike.Point.Contains(".session_renew.", StringComparison.Ordinal)) await RenewAsync(guest, victim, strike);
        else if (strike.Point.Contains(".reset_token.", StringComparison.Ordinal)) await ResetAsync(guest, victim, strike);
        else await strike.HitAsync(round, victim, async () => strike.Judge(round, $"{name} signs in", await guest.SignInAsync(victim)));

        var server = await round.ServerAsync();
        var last = await guest.SignInAsync(server);
        if (last.Status != 200) round.Violation($"{name} signs in at last: {last}");
        await guest.CheckLogAsync();
        await round.CheckAccountsAsync();
    }

    private static async Task RenewAsync(Guest guest, ServerProcess victim, Strike strike)
    {
        var (round, token) = (guest.Round, AccountClient.TextIn(await guest.SignInAsync(victim), "refresh_token"));
        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await guest.RefreshAsync(victim, token))) return;
        strike.Judge(round, $"{guest.Name} refreshes", answer);
        var next = answer.Succeeded ? AccountClient.TextIn(answer, "refresh_token") : token;
        var again = await guest.RefreshAsync(await round.ServerAsync(), next);
        // Who got no answer may find the token used up, and the session ended for it.
        if (again.Status != 200 && (answer.Succeeded || again.Status != 401)) round.Violation($"{guest.Name}, answered {answer}, refreshes again: {again}");
    }

    private static async Task ResetAsync(Guest guest, ServerProcess victim, Strike strike)
    {
        var round = guest.Round;
        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await guest.ResetAsync(victim, NewPassword))) return;
        strike.Judge(round, $"{guest.Name} sets a new password", answer);
        if (answer.Succeeded)
        {
            guest.Password = NewPassword;
            return;
        }

        var again = await guest.ResetAsync(await round.ServerAsync(), NewPassword);
        if (again.Status == 204) guest.Password = NewPassword;
        else round.Violation($"{guest.Name} sets a new password again: {again}");
    }

    /// <summary>Who signs in, and how often it was granted.</summary>
    private sealed class Guest(CrashRound round, string name)
    {
        private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(10);

        private readonly HashSet<string> mails = new(StringComparer.Ordinal);
        private int granted;

        public CrashRound Round => round;

        public string Name => name;

        public string Password { get; set; } = WantedPerson.Password;

        public async Task<Answer> SignInAsync(ServerProcess server)
        {
            using var http = new AccountClient(server, round.SignIns);
            var answer = await http.SignInAsync(name, Password);
            if (answer.Succeeded) granted++;
            return answer;
        }

        public async Task<Answer> RefreshAsync(ServerProcess server, string token)
        {
            using var http = new AccountClient(server, round.SignIns);
            return await http.RefreshAsync(token);
        }

        /// <summary>The answer to the new password, or to the wish for a mail if that was none.</summary>
        public async Task<Answer> ResetAsync(ServerProcess server, string newPassword)
        {
            using var http = new AccountClient(server, round.SignIns);
            var asked = await http.ForgotAsync($"{name}@clinic.example");
            if (!asked.Succeeded) return asked;
            return await TokenAsync(server) is { } token ? await http.ResetAsync(token, newPassword) : new Answer(0, "", 0, false, false, "no mail came");
        }

        public async Task CheckLogAsync()
        {
            var logged = (await StoreSnapshot.ReadAsync(round.Stores)).Log.Count(row => row is { EventType: "login", Status: "success" } && row.Username == name);
            if (logged < granted) round.Violation($"{name} was let in {granted} times, the log has {logged}");
        }

        // A mail that fails is tried again after five seconds; with a dead portal none comes.
        private async Task<string?> TokenAsync(ServerProcess server)
        {
            var folder = Path.Combine(round.Instance, "mail");
            for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(since) < MailLimit && !server.HasExited; await Task.Delay(50))
            {
                foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.eml").Where(mails.Add).ToList() : [])
                {
                    var text = await File.ReadAllTextAsync(file);
                    if (text.Contains($"{name}@", StringComparison.Ordinal)) return System.Text.RegularExpressions.Regex.Match(text, "token=([A-Za-z0-9_-]{43})").Groups[1].Value;
                }
            }

            return null;
        }
    }
}
