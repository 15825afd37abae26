namespace StrokeCare.Server.Tests.Crash;

/// <summary>
/// What is done at a point in a run that is not the whole matrix: one effect on one of the pairs of stores that pass it.
/// The next seed takes the next of these, so that a point's pairs times two seeds make the whole of it.
/// </summary>
internal static class CrashSlice
{
    private static readonly string[] Effects = ["kill", "throw"];

    public static IReadOnlyList<string> EffectsOn(IReadOnlyList<StorePair> pairs, StorePair pair, string point, int seed)
    {
        if (CrashSettings.Full) return Effects;
        var choices = (from passing in pairs where FailpointMatrix.IsPassed(point, passing) from effect in Effects select (Pair: passing, Effect: effect)).ToList();
        var chosen = choices[(FailpointMatrix.All.ToList().IndexOf(point) + seed) % choices.Count];
        return chosen.Pair == pair ? [chosen.Effect] : [];
    }
}
