using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Bench.Contests;

namespace StrokeCare.Bench.Scenarios;

/// <summary>Whole sign-ins: account read, attempt counted, password checked at the desk, session and log row stored, attempts forgotten; beside bcrypt in a bare loop.</summary>
internal sealed class SignIns(SqliteContest contest, Sizes size, Duel duel, TimeProvider time)
{
    public async Task<Line> MeasureAsync(CancellationToken ct)
    {
        using var desk = new PasswordDesk(time);
        // The loop yields to other threads as the desk does: who else is on the machine must not decide.
        using var threads = new PasswordThreads(desk.Threads);
        var door = new FrontDoor(contest, desk, time);
        // One caller more than threads: while one's session is stored, another's password is checked.
        var callers = desk.Threads + 1;
        // An account for each caller: more than four attempts under way at once would lock a single one.
        List<User> users = [];
        for (var i = 0; i < callers; i++) users.Add(await door.AddAsync($"sign-in.{i}", ct));
        var hash = users[0].PasswordHash;
        var count = size.SignIns * desk.Threads;
        var bout = await duel.RunAsync(1, size.Rounds, _ => OursAsync(), _ => BareAsync());
        return new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"Sign-ins, bcrypt of cost {Passwords.Cost}, {desk.Threads} {(desk.Threads == 1 ? "thread" : "threads")}; by hand is {Passwords.Engine} in a loop"),
            Ours = Rate(bout.OursMedian),
            ByHand = Rate(bout.ByHandMedian),
            Ratio = bout.Ratio,
            Spread = bout.Spread,
            CpuRatio = bout.CpuRatio,
            Aim = "≥ 0.9×",
            Met = bout.Ratio >= 0.9,
        };

        Task<Sample> OursAsync() => duel.CallersAsync(callers, count, async i =>
        {
            var signedIn = await door.SignInAsync(users[i % callers].Username, FrontDoor.Password, ct);
            if (!signedIn.Succeeded) throw new InvalidOperationException($"The sign-in was refused: {signedIn.Error}.");
        });

        async Task<Sample> BareAsync()
        {
            var loops = await duel.CallersAsync(desk.Threads, desk.Threads, _ => threads.StartAsync(Loop, ct));
            return loops with { Figure = loops.Figure * size.SignIns };
        }

        bool Loop()
        {
            Passwords.Crypt crypt = Xcrypt.IsThere ? Xcrypt.Crypt : Passwords.Managed;
            var right = true;
            for (var i = 0; i < size.SignIns; i++) right &= crypt(FrontDoor.Password, hash) == hash;
            return right ? right : throw new InvalidOperationException("The password does not open its own hash.");
        }
    }

    private static string Rate(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.00}/s");
}
