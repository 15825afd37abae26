using System.Text.RegularExpressions;

namespace StrokeCare.Tests.Architecture;

/// <summary>Guides rot by naming what has moved. Every link and every path in them has to be there.</summary>
public sealed partial class GuideTests
{
    public static TheoryData<string> Guides => [.. new[] { "README.md", "CONTRIBUTING.md" }.Where(f => File.Exists(Path.Combine(Source.Root, f))).Concat(Source.Files("docs", "*.md"))];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Every_link_leads_to_a_file_that_is_there(string guide)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Source.Root, guide))!;
        var dead = Link().Matches(Source.Read(guide)).Select(m => m.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Exists(Path.Combine(folder, target)));
        Assert.Empty(dead);
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void Every_path_into_the_repository_is_there(string guide)
    {
        var dead = Quoted().Matches(Source.Read(guide)).Select(m => m.Groups["path"].Value.TrimEnd('/', '.'))
            .Where(path => !path.Contains('*', StringComparison.Ordinal) && !path.Contains('…', StringComparison.Ordinal))
            .Where(path => !Exists(Path.Combine(Source.Root, path)));
        Assert.Empty(dead);
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(?:\./)?(?:src|tests|docs|eng|bench)/[^`\s]*|\./[a-z]+\.sh|\.ci/run)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
