namespace StrokeCare.Server.Tests.Support;

/// <summary>How much a test does: a slice by default, everything with STROKECARE_FULL=1.</summary>
public static class TestSize
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("STROKECARE_FULL") == "1";
}
