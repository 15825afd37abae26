using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>docs/asvs.csv: what OWASP ASVS 5.0.0 asks for, and the tests that show it.</summary>
public sealed partial class AsvsTests
{
    // Level 1 and 2, by chapter: authentication, session management, authorization, self-contained tokens.
    private static readonly Dictionary<string, int> Asked = new() { ["V6"] = 35, ["V7"] = 18, ["V8"] = 7, ["V9"] = 7 };

    [Fact]
    public void Every_requirement_names_tests_that_exist_or_why_it_has_none()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Committed.Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestIn().Matches(File.ReadAllText(file)).Select(test => $"{Path.GetFileNameWithoutExtension(file)}.{test.Groups["name"].Value}"))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var row in Read())
        {
            Assert.Contains(row.Status, new[] { "met", "not_applicable", "open" });
            Assert.True(row.Tests.Length > 0 || row.Note.Length > 0, $"{row.Id}: neither a test nor a reason");
            foreach (var test in row.Tests.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Assert.True(tests.Contains(test), $"{row.Id}: there is no test {test}");
        }
    }

    [Fact]
    public void No_requirement_of_the_chapters_begun_is_left_out()
    {
        var rows = Read();
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
        foreach (var (chapter, count) in Asked) Assert.Equal(count, rows.Count(row => row.Id.StartsWith($"{chapter}.", StringComparison.Ordinal)));
    }

    // Read from the files: the other test project's assembly is not one that this one loads.
    [GeneratedRegex(@"\[(?:Fact|Theory)[^\n]*\n(?:[ ]+\[[^\n]*\n)*[ ]+public (?:async )?(?:Task|void) (?<name>\w+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestIn();

    private static List<Requirement> Read()
    {
        using var csv = new CsvReader(new StreamReader(Path.Combine(Committed.Root(), "docs/asvs.csv")), CultureInfo.InvariantCulture);
        var rows = new List<Requirement>();
        csv.Read();
        csv.ReadHeader();
        while (csv.Read()) rows.Add(new(csv.GetField("id")!, csv.GetField("status")!, csv.GetField("tests") ?? "", csv.GetField("note") ?? ""));
        return rows;
    }

    private sealed record Requirement(string Id, string Status, string Tests, string Note);
}
