using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Golden;

/// <summary>docs/api-tour.md, pasted into a shell as its reader would: under each block stands what it answers.</summary>
public sealed partial class ApiTourTests
{
    private const string Tour = "docs/api-tour.md";
    private const string End = "=== end of the block ===";

    [Fact]
    public async Task The_tour_answers_what_it_says()
    {
        using var folder = new Verb();
        var port = FreePort.Find();
        var tour = await File.ReadAllTextAsync(Path.Combine(Committed.Root(), Tour));
        var blocks = Block().Matches(tour).ToList();
        Assert.InRange(blocks.Count, 10, 100);
        var (answers, errors) = await PasteAsync(folder, blocks.Select(block => block.Groups["shell"].Value.Replace("127.0.0.1:5080", $"127.0.0.1:{port}", StringComparison.Ordinal)), port);
        Assert.True(answers.Count == blocks.Count, $"{answers.Count} of {blocks.Count} blocks were answered: {errors}");

        var (written, at) = (new StringBuilder(), 0);
        foreach (var (block, answer) in blocks.Zip(answers))
        {
            var said = block.Groups["answer"];
            if (!said.Success)
            {
                Assert.True(answer.Length == 0, $"{block.Value}\nsays {answer}\n{errors}");
                continue;
            }

            written.Append(tour, at, said.Index - at).Append(Masked(said.Value) == Masked(answer) ? said.Value : answer);
            at = said.Index + said.Length;
        }

        Committed.Check(Tour, written.Append(tour, at, tour.Length - at).ToString());
    }

    /// <summary>Ids, times and days differ from run to run; nothing else may.</summary>
    private static string Masked(string answer) => Changing().Replace(answer, "_");

    private static async Task<(List<string> Answers, string Errors)> PasteAsync(Verb folder, IEnumerable<string> blocks, int port)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Folder, "run.sh"), $"#!/usr/bin/env bash\nexec dotnet '{ServerProgram.Dll}' \"$@\"\n");
        var start = folder.StartInfo("bash");
        start.Environment["STROKECARE_URLS"] = $"http://127.0.0.1:{port}";
        using var shell = Process.Start(start)!;
        try
        {
            var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
            await shell.StandardInput.WriteAsync("chmod +x run.sh\n");
            foreach (var block in blocks) await shell.StandardInput.WriteAsync($"{block}\necho '{End}'\n");
            shell.StandardInput.Close();
            await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            return ([.. (await output).Split($"{End}\n")[..^1]], await errors);
        }
        finally
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex("```bash\n(?<shell>.*?)```\n(?:```text\n(?<answer>.*?)```\n)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex("[0-9a-f]{24}|\\d{4}-\\d\\d-\\d\\d(?:T[0-9:.]+Z)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changing();
}
