using System.Runtime.CompilerServices;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Tests;

/// <summary>
/// These suites sign in thousands of times, and so do the portals they start: at cost 12 most of their time would be
/// bcrypt's. What the cost itself does is tested in StrokeCare.Tests.
/// </summary>
internal static class CheapPasswords
{
    [ModuleInitializer]
    internal static void Use() => Environment.SetEnvironmentVariable(Passwords.CostVariable, "4");

    /// <summary>Until it is disposed of, new and nobody's hashes cost what they cost outside of tests: for floods.</summary>
    public static IDisposable AtFullCost()
    {
        var cheap = Passwords.NewCost;
        Passwords.NewCost = Passwords.Cost;
        return new Restored(cheap);
    }

    private sealed class Restored(int cost) : IDisposable
    {
        public void Dispose() => Passwords.NewCost = cost;
    }
}
