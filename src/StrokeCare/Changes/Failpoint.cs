using System.Diagnostics;
#if FAILPOINTS
using System.Globalization;
#endif

namespace StrokeCare.Changes;

/// <summary>
/// Named places around a write where a test can kill the process or throw. Calls exist in Debug builds only: the
/// compiler removes them from a Release build, arguments and all, and a test reads the Release assembly to be sure.
/// </summary>
public static class Failpoint
{
    /// <summary>
    /// <c>STROKECARE_FAILPOINT=name:kill:3</c> dies with SIGKILL at the third pass of <c>name</c>; <c>name:throw:3</c>
    /// throws there; <c>name:pause:3</c> stays there for some seconds, for a signal to come; <c>name:slow:3</c> stays for
    /// half a second at the third pass and at each after it, for somebody to look on. <c>@path</c> reads the same from a
    /// file at each pass: a running process can be armed and disarmed.
    /// </summary>
    public const string Variable = "STROKECARE_FAILPOINT";

#if FAILPOINTS
    private static readonly string? Setting = Environment.GetEnvironmentVariable(Variable);
    private static readonly Lock Gate = new();
    private static string armed = "";
    private static int passes;

    private static readonly AsyncLocal<Action<string>?> Listener = new();

    /// <summary>
    /// Told of every pass, armed or not, by what was started in this asynchronous flow: how a test knows that a listed
    /// place is reached, and how it fails one place without a process of its own, by throwing.
    /// </summary>
    internal static Action<string>? Passed
    {
        get => Listener.Value;
        set => Listener.Value = value;
    }
#endif

    [Conditional("FAILPOINTS")]
    public static void Hit(string name)
    {
#if FAILPOINTS
        Passed?.Invoke(name);
        if (Setting is not { Length: > 0 } || Strikes(name) is not { } effect) return;
        if (effect == "slow")
        {
            Thread.Sleep(TimeSpan.FromSeconds(0.5));
            return;
        }

        Console.Error.WriteLine($"failpoint {name}: {effect}"); // A harness must tell "died there" from "died".
        if (effect == "pause")
        {
            Thread.Sleep(TimeSpan.FromSeconds(4));
            return;
        }

        if (effect == "kill") Process.GetCurrentProcess().Kill();
        throw new FailpointException(name);
#endif
    }

#if FAILPOINTS
    private static string? Strikes(string name)
    {
        lock (Gate)
        {
            var now = Setting![0] == '@' ? File.ReadAllText(Setting[1..]) : Setting;
            if (now != armed) (armed, passes) = (now, 0);
            if (now.Split(':') is not [var point, var effect, var nth, ..] || point != name) return null;
            var first = int.Parse(nth, CultureInfo.InvariantCulture);
            return ++passes == first || (passes > first && effect == "slow") ? effect : null;
        }
    }
#endif
}

#if FAILPOINTS
/// <summary>Thrown by an armed failpoint; stands for any outage at that place.</summary>
public sealed class FailpointException(string name) : IOException($"Failpoint {name} was armed to throw.");
#endif
