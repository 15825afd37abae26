using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>
/// How much is run. Without a word from the environment it is the slice of every test run; <c>eng/crash.sh</c> asks for all of it.
/// </summary>
internal static class CrashSettings
{
    /// <summary>Seeds for each failpoint, pair and effect.</summary>
    public static int Seeds { get; } = Number("STROKECARE_CRASH_SEEDS", 1);

    /// <summary>The first seed; a failure prints its own, and this brings it back.</summary>
    public static int FirstSeed { get; } = Number("STROKECARE_CRASH_FIRST_SEED", 1);

    /// <summary>Random kills over all pairs together.</summary>
    public static int Kills { get; } = Number("STROKECARE_CRASH_KILLS", 8);

    /// <summary>The whole matrix; the slice kills or throws at each point, by turns, so that of two pairs with the same points one does each.</summary>
    public static bool Full { get; } = Read("STROKECARE_CRASH_FULL") == "1";

    /// <summary>Only points whose name contains this; empty for all.</summary>
    public static string Only { get; } = Read("STROKECARE_CRASH_ONLY");

    /// <summary>A file that hears of each step, one line each; empty for none.</summary>
    public static string Report { get; } = Read("STROKECARE_CRASH_REPORT");

    private static readonly string[] Pairs = Read("STROKECARE_CRASH_PAIRS").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static void SkipUnlessAsked(StorePair pair) =>
        Assert.SkipUnless(Pairs.Length == 0 || Pairs.Contains(pair.Name), $"STROKECARE_CRASH_PAIRS leaves out {pair}");

    private static int Number(string variable, int fallback) =>
        Read(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

    private static string Read(string variable) => Environment.GetEnvironmentVariable(variable) ?? "";
}
