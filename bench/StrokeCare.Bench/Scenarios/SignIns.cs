using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Bench.Contests;

namespace StrokeCare.Bench.Scenarios;

/// <summary>Whole sign-ins: account read, password checked at the desk, session and log row stored; beside bcrypt in a bare loop.</summary>
internal sealed class SignIns(SqliteContest contest, Sizes size, Duel duel, TimeProvider time)
{
    private const string Username = "dr.lindqvist";
    private const string Password = "a-password-of-this-run-only";
    private static readonly Origin From = new("192.0.2.1", "bench");

    public async Task<Line> MeasureAsync(CancellationToken ct)
    {
        using var desk = new PasswordDesk(time);
        // The loop yields to other threads as the desk does: who else is on the machine must not decide.
        using var threads = new PasswordThreads(desk.Threads);
        var made = await new CreateUserHandler(contest.Users, desk, time).HandleAsync(
            new CreateUser { Username = Username, Email = "lindqvist@example.org", Password = Password, Role = Role.Doctor }, Actor.Operator, ct);
        if (!made.Succeeded) throw new InvalidOperationException($"The account was refused: {made.Error}.");
        var hash = made.Value.PasswordHash;
        var handler = new SignInHandler(contest.Users, contest.Log, desk, time);
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

        // One caller more than threads: while one's session is stored, another's password is checked.
        Task<Sample> OursAsync() => duel.CallersAsync(desk.Threads + 1, count, async _ =>
        {
            var signedIn = await handler.HandleAsync(new SignIn { Username = Username, Password = Password }, From, ct);
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
            for (var i = 0; i < size.SignIns; i++) right &= crypt(Password, hash) == hash;
            return right ? right : throw new InvalidOperationException("The password does not open its own hash.");
        }
    }

    private static string Rate(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.00}/s");
}
