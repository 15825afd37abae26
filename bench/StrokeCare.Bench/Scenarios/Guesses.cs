using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Bench.Contests;

namespace StrokeCare.Bench.Scenarios;

/// <summary>
/// What a refused sign-in costs, by why it is refused: if one kind cost noticeably less, its answer would tell which
/// names exist. Processor time of the whole process, because it is what other work on the machine shakes least.
/// </summary>
internal sealed class Guesses(SqliteContest contest, Sizes size, TimeProvider time)
{
    private const string Wrong = "not-the-password-of-anybody";
    private const int WarmUps = 2;

    public async Task<IReadOnlyList<Line>> MeasureAsync(CancellationToken ct)
    {
        using var desk = new PasswordDesk(time);
        var door = new FrontDoor(contest, desk, time);
        var known = await door.AddAsync("guess.known", ct);
        var locked = await door.AddAsync("guess.locked", ct);
        var inactive = await door.AddAsync("guess.inactive", ct);
        for (var i = 0; i < SignInAttempt.Most; i++) await contest.Users.CountAttemptAsync(locked.Id, time.GetUtcNow(), ct);
        await door.DeactivateAsync(inactive, ct);
        // The right password of an account that is shut: nothing but the account refuses it.
        Kind[] kinds =
        [
            new("a wrong password", known.Username, Wrong),
            new("an unknown name", "guess.nobody", Wrong),
            new("a locked account", locked.Username, FrontDoor.Password),
            new("an inactive account", inactive.Username, FrontDoor.Password),
        ];
        for (var round = 0; round < WarmUps + size.Guesses; round++)
        {
            // In turn, and each time another one begins: the machine's noise meets all alike.
            for (var i = 0; i < kinds.Length; i++)
            {
                var kind = kinds[(round + i) % kinds.Length];
                var took = await TryAsync(door, kind, ct);
                if (round >= WarmUps) kind.Took.Add(took);
            }

            // Else the fifth wrong password would lock the account it is tried at.
            await contest.Users.SignedInAsync(known.Id, time.GetUtcNow(), ct);
        }

        if (!(await contest.Users.CountAttemptAsync(locked.Id, time.GetUtcNow(), ct)).IsLocked) throw new InvalidOperationException("The lock ended before the tries did.");
        return Lines(kinds);
    }

    private async Task<(double Cpu, double Wall)> TryAsync(FrontDoor door, Kind kind, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        var answer = await door.SignInAsync(kind.Username, kind.Password, ct);
        var cpu = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        if (answer.Error != SignInHandler.Wrong) throw new InvalidOperationException($"A guess was not answered as wrong: {answer.Error}.");
        return (cpu, time.GetElapsedTime(began).TotalMilliseconds);
    }

    private static List<Line> Lines(Kind[] kinds)
    {
        var wrong = kinds[0];
        var ratio = kinds.Max(k => k.Cpu) / kinds.Min(k => k.Cpu);
        List<Line> lines =
        [
            .. kinds.Skip(1).Select(kind => new Line
            {
                What = string.Create(CultureInfo.InvariantCulture, $"Processor time of a sign-in refused for {kind.Name}, beside {wrong.Name}"),
                Ours = kind.ToString(),
                ByHand = $"{wrong.Name}: {wrong}",
                Ratio = kind.Cpu / wrong.Cpu,
            }),
        ];
        lines.Add(new Line
        {
            What = string.Create(CultureInfo.InvariantCulture, $"The dearest refusal beside the cheapest, medians of {wrong.Took.Count} tries each"),
            Ours = Line.Milliseconds(kinds.Max(k => k.Cpu)),
            ByHand = $"cheapest: {Line.Milliseconds(kinds.Min(k => k.Cpu))}",
            Ratio = ratio,
            Aim = "≤ 1.1×",
            Met = ratio <= 1.1,
        });
        return lines;
    }

    private sealed record Kind(string Name, string Username, string Password)
    {
        public List<(double Cpu, double Wall)> Took { get; } = [];

        public double Cpu => Statistics.Median(Took.Select(t => t.Cpu));

        public override string ToString() => $"{Line.Milliseconds(Cpu)}, at the caller {Line.Milliseconds(Statistics.Median(Took.Select(t => t.Wall)))}";
    }
}
