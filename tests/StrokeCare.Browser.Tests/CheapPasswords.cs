using System.Runtime.CompilerServices;
using StrokeCare.Accounts;

namespace StrokeCare.Browser.Tests;

/// <summary>
/// These suites sign in thousands of times, and so do the portals they start: at cost 12 most of their time would be
/// bcrypt's. What the cost itself does is tested in StrokeCare.Tests.
/// </summary>
internal static class CheapPasswords
{
    [ModuleInitializer]
    internal static void Use() => Environment.SetEnvironmentVariable(Passwords.CostVariable, "4");
}
