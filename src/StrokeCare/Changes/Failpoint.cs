using System.Diagnostics;

namespace StrokeCare.Changes;

/// <summary>
/// Named places around a write where a test can kill the process or throw. Calls exist in Debug builds only: the
/// compiler removes them from a Release build, arguments and all, and a test reads the Release assembly to be sure.
/// </summary>
public static class Failpoint
{
    /// <summary><c>STROKECARE_FAILPOINT=name:kill:3</c> dies with SIGKILL at the third pass of <c>name</c>; <c>name:throw:3</c> throws there.</summary>
    public const string Variable = "STROKECARE_FAILPOINT";

#if FAILPOINTS
    private static readonly string[]? Armed = Environment.GetEnvironmentVariable(Variable)?.Split(':');
    private static int passes;

    /// <summary>Told of every pass, armed or not: how a test knows that a listed place is reached.</summary>
    internal static Action<string>? Passed { get; set; }
#endif

    [Conditional("FAILPOINTS")]
    public static void Hit(string name)
    {
#if FAILPOINTS
        Passed?.Invoke(name);
        if (Armed is not [var armed, var effect, var nth] || armed != name) return;
        if (Interlocked.Increment(ref passes) != int.Parse(nth, System.Globalization.CultureInfo.InvariantCulture)) return;
        Console.Error.WriteLine($"failpoint {name}: {effect}"); // A harness must tell "died there" from "died".
        if (effect == "kill") Process.GetCurrentProcess().Kill();
        throw new FailpointException(name);
#endif
    }
}

#if FAILPOINTS
/// <summary>Thrown by an armed failpoint; stands for any outage at that place.</summary>
public sealed class FailpointException(string name) : IOException($"Failpoint {name} was armed to throw.");
#endif
