using System.Diagnostics;
using System.Globalization;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>The engine that eng/kill-engine.sh has started for this alone, with its gateway: by the numbers in their files, and by nothing else.</summary>
internal sealed class KilledEngine
{
    private readonly string postmaster = Path.Combine(Required("DOCUMENTDB_ROOT"), Required("DOCUMENTDB_DATA"), "postmaster.pid");
    private readonly string gateway = Path.Combine(Required("STROKECARE_GATEWAY_RUN"), "pid");

    /// <summary>How often it is to be killed.</summary>
    public static int Kills => int.Parse(Required("STROKECARE_ENGINE_KILLS"), CultureInfo.InvariantCulture);

    /// <summary>SIGKILL to PostgreSQL and all its processes, at the same moment as far as that can be, and to the gateway if asked to.</summary>
    public async Task KillAsync(bool withGateway)
    {
        var server = NumberIn(postmaster);
        int[] all = [server, .. ChildrenOf(server), .. withGateway ? [NumberIn(gateway)] : Array.Empty<int>()];
        foreach (var number in all) await KillAsync(number);
    }

    /// <summary>The same data again, after PostgreSQL's own recovery.</summary>
    public static async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(ServerBuild.Root, "eng/engines.sh"), ["up"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment.Remove("STROKECARE_TEST_MONGO_URI");
        using var up = Process.Start(start) ?? throw new InvalidOperationException("eng/engines.sh did not start.");
        // Not to the end of what it prints: the gateway that it starts may hold on to that.
        await up.WaitForExitAsync();
        Assert.Equal(0, up.ExitCode);
    }

    private static async Task KillAsync(int number)
    {
        try
        {
            using var process = Process.GetProcessById(number);
            process.Kill();
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // Gone already, with its parent or at the end of its work.
        }
    }

    private static List<int> ChildrenOf(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName).Select(name => int.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Where(number => number > 0 && ParentOf(number) == parent).ToList();

    private static int ParentOf(int number)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{number.ToString(CultureInfo.InvariantCulture)}/stat");
            // "pid (name) state parent …"; a name may have blanks and brackets.
            return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // Gone meanwhile.
        }
    }

    private static int NumberIn(string file) => int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);

    private static string Required(string variable) => TestEngines.Read(variable) ?? throw new InvalidOperationException($"{variable} is not set: eng/kill-engine.sh runs this.");
}
