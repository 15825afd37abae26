namespace StrokeCare.Server.Tests;

/// <summary>The server that tests start in processes of its own: the one that <c>eng/precompile.sh</c> made, where the run names it, else the one that was built with them.</summary>
internal static class ServerProgram
{
    public static string Dll { get; } = Environment.GetEnvironmentVariable("STROKECARE_TEST_SERVER") is { Length: > 0 } given
        ? given
        : Path.Combine(AppContext.BaseDirectory, "StrokeCare.Server.dll");

    /// <summary>The same without <c>dotnet</c> before it: whoever kills it kills the server.</summary>
    public static string Executable { get; } = Path.ChangeExtension(Dll, null);
}
