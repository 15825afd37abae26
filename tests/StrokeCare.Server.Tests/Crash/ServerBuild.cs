using System.Diagnostics;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Where the built server is, and how its verbs are run.</summary>
internal static class ServerBuild
{
    public static string Root { get; } = FindRoot();

    public static ProcessStartInfo StartInfo(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        Assert.True(File.Exists(ServerProgram.Executable), $"{ServerProgram.Executable} is not built.");
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = environment["STROKECARE_INSTANCE"],
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment.Remove("STROKECARE_FAILPOINT");
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0"; // These processes live for seconds.
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        return start;
    }

    /// <summary>Runs one verb to its end.</summary>
    public static async Task<VerbRun> RunAsync(ClinicStores stores, string? failpoint, string? input, params IReadOnlyList<string> verb)
    {
        var start = StartInfo(ServerProgram.Executable, verb, stores.Environment);
        if (failpoint is not null) start.Environment["STROKECARE_FAILPOINT"] = failpoint;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{ServerProgram.Executable} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync(limit.Token);
        return new VerbRun(string.Join(' ', verb), process.ExitCode, await output, await errors);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StrokeCare.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No StrokeCare.slnx above {AppContext.BaseDirectory}.");
    }
}

/// <summary>A verb that has ended.</summary>
internal sealed record VerbRun(string Verb, int ExitCode, string Output, string Errors)
{
    public bool Reached(string point) => Errors.Contains($"failpoint {point}:", StringComparison.Ordinal);

    public VerbRun MustSucceed() => ExitCode == 0 ? this : throw new InvalidOperationException(ToString());

    public override string ToString() => $"{Verb} ended with {ExitCode}\n{Output}\n{Errors}";
}
