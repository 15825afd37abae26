using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace StrokeCare.Tests.Architecture;

/// <summary>Failpoints can kill the process on purpose, and tests can have cheap passwords; what is shipped must hold no trace of either.</summary>
public sealed partial class ReleaseBuildTests
{
    [Fact]
    public async Task A_release_build_calls_no_failpoint_and_loads_the_name_of_none()
    {
        var names = FailpointNames();
        Assert.InRange(names.Count, 10, 1000);
        await BuildAsync();
        foreach (var project in new[] { "StrokeCare", "StrokeCare.Sql", "StrokeCare.Mongo" })
        {
            Assert.Empty(TracesOf(names, Path.Combine(Source.Root, "artifacts", "bin", project, "release", $"{project}.dll")));

            // The same search does find them where they are: in the build these tests run on.
            Assert.NotEmpty(TracesOf(names, Path.Combine(AppContext.BaseDirectory, $"{project}.dll")));
        }
    }

    private static List<string> FailpointNames()
    {
        var source = string.Join('\n', Source.Files("src", "*.cs").Select(Source.Read));
        var lists = string.Join('\n', Source.Files("src", "*Failpoints.cs").Select(Source.Read));
        return [.. Literal().Matches(source).Concat(Constant().Matches(lists)).Select(m => m.Groups["name"].Value).Distinct(), StrokeCare.Accounts.Passwords.CostVariable];
    }

    // A string that code loads, a call of Hit from another assembly, the exception it throws. Constants that no code
    // loads stay in the metadata of a class; nothing can reach them.
    private static List<string> TracesOf(List<string> names, string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var traces = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            if (metadata.GetUserString(handle) is var text && names.Contains(text)) traces.Add(text);
        }

        traces.AddRange(metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(m => metadata.GetString(m.Name) == "Hit" && m.Parent.Kind == HandleKind.TypeReference)
            .Select(m => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)m.Parent).Name) + ".Hit").Where(call => call == "Failpoint.Hit"));
        traces.AddRange(metadata.TypeDefinitions.Select(t => metadata.GetString(metadata.GetTypeDefinition(t).Name)).Where(name => name == "FailpointException"));
        return traces;
    }

    // What ./run.sh builds too: in a test run it is there already, and only looked at.
    private static async Task BuildAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Source.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments = ["build", "src/StrokeCare.Server", "-c", "Release", "--no-restore", "-v", "q", "--nologo", "-nodeReuse:false"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var build = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var output = build.StandardOutput.ReadToEndAsync();
        var errors = build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, await output + await errors);
    }

    [GeneratedRegex("""Failpoint\.Hit\("(?<name>[^"]+)"\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex("""const string \w+ = "(?<name>[a-z_.]+)";""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constant();
}
