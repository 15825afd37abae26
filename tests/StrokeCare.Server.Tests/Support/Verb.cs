using System.Diagnostics;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The executable as an operator runs it: a process in a directory of its own.</summary>
public sealed class Verb : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("strokecare-verb-").FullName;

    public string Folder => folder;

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public async Task<(int Exit, string Out, string Error)> RunAsync(string arguments, string input = "")
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output, await error);
    }

    public Process Start(string arguments) => Process.Start(StartInfo("dotnet", Line(arguments)))!;

    /// <summary>One that Ctrl-C ends, also where the tests were started in the background by a shell, which lets their processes ignore it.</summary>
    public Process StartInForeground(string arguments) => Process.Start(StartInfo("env", $"--default-signal=INT dotnet {Line(arguments)}"))!;

    /// <summary>Any program in this directory, with no setting of the portal but <see cref="Environment"/>.</summary>
    public ProcessStartInfo StartInfo(string program, string arguments = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "DATABASE_URL", "USE_MONGODB", "USE_MONGODB_USERS", "MONGO_URI", "STROKECARE_URLS", "STROKECARE_INSTANCE" }) start.Environment.Remove(name);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return start;
    }

    private static string Line(string arguments) => $"\"{ServerProgram.Dll}\" {arguments}";

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
