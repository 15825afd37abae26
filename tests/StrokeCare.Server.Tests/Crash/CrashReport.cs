namespace StrokeCare.Server.Tests.Crash;

/// <summary>Progress for who waits, and the counts that <c>eng/crash.sh</c> adds up.</summary>
internal static class CrashReport
{
    private static readonly Lock Gate = new();

    public static void Say(string line)
    {
        lock (Gate)
        {
            Console.WriteLine(line);
            if (CrashSettings.Report.Length > 0) File.AppendAllText(CrashSettings.Report, line + "\n");
        }
    }

    /// <summary>The end of one test: its counts, and its failure if there is a violation.</summary>
    public static void Conclude(string what, StorePair pair, int rounds, IReadOnlyCollection<string> violations)
    {
        foreach (var violation in violations) Say($"violation in {pair}, {what}: {violation.Split('\n')[0]}");
        Say($"crash: {pair}: {rounds} {what}, violations: {violations.Count}");
        Assert.True(violations.Count == 0, string.Join("\n\n", violations));
    }
}
