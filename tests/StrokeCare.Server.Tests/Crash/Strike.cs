using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>One death or throw at a named place, and whether it has come.</summary>
internal sealed record Strike(string Point, string Effect, int Pass)
{
    public bool Kills => Effect == "kill";

    /// <summary>What may go wrong with the requests that are under way.</summary>
    public Trouble Trouble => Kills ? Trouble.Dies : Trouble.Throws;

    public string Armed => string.Create(CultureInfo.InvariantCulture, $"{Point}:{Effect}:{Pass}");

    // The pass is drawn from what the name of the round says, so that the name is enough to bring it back.
    public static Strike At(CrashPoint point, string effect, int seed) =>
        new(point.Name, effect, new Random((seed * 7919) + point.Name.Sum(letter => letter)).Next(1, point.MostPasses + 1));

    /// <summary>Does <paramref name="work"/> under it; true once it has struck and, if it kills, the server is dead.</summary>
    public async Task<bool> HitAsync(CrashRound round, ServerProcess victim, Func<Task> work)
    {
        var before = victim.Strikes(Point);
        round.Trap.Arm(Armed);
        await work();
        for (var waited = 0; waited < 100 && victim.Strikes(Point) == before; waited++) await Task.Delay(50);
        round.Trap.Disarm();
        if (victim.Strikes(Point) == before) round.Violation("the point was not reached");
        else if (Kills && !await victim.DiesWithinAsync(TimeSpan.FromSeconds(5))) round.Violation("it was to die and lives");
        else return true;
        return false;
    }

    /// <summary>An answer that is no success: in order only if this brought it about.</summary>
    public void Judge(CrashRound round, string what, Answer answer)
    {
        var right = answer.Status == 0 ? Kills : answer.Status >= 500 && !Kills;
        if (!answer.Succeeded && !right) round.Violation($"{what}: {answer}");
    }
}
