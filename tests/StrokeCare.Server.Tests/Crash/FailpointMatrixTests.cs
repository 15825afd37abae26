using System.Text.RegularExpressions;

namespace StrokeCare.Server.Tests.Crash;

public sealed class FailpointMatrixTests
{
    [Fact]
    public void Every_failpoint_in_the_source_is_crashed_at_on_some_pair()
    {
        var crashed = StorePair.All.SelectMany(FailpointMatrix.On).Concat(StorePair.OfAccounts.SelectMany(AccountPoints.On)).Select(point => point.Name).ToHashSet(StringComparer.Ordinal);
        var inSource = NamesInSource();
        Assert.NotEmpty(inSource);
        Assert.Empty(inSource.Except(crashed).Except(FailpointMatrix.OfAdoption));
    }

    [Fact]
    public void No_failpoint_is_listed_that_the_source_does_not_have() =>
        Assert.Empty(FailpointMatrix.All.Except(NamesInSource()));

    /// <summary>What stands in Failpoint.Hit(…): a literal, or a constant of the same project.</summary>
    private static HashSet<string> NamesInSource()
    {
        var files = Directory.EnumerateFiles(Path.Combine(ServerBuild.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        var constants = files.SelectMany(text => Regex.Matches(text, """const string (\w+) = "([a-z_.]+)";"""))
            .GroupBy(m => m.Groups[1].Value, StringComparer.Ordinal)
            .ToDictionary(m => m.Key, m => m.Select(found => found.Groups[2].Value).ToList(), StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in files.SelectMany(text => Regex.Matches(text, """Failpoint\.Hit\((?:"([^"]+)"|(?:\w+\.)*(\w+))\)""")))
        {
            if (call.Groups[1].Success) names.Add(call.Groups[1].Value);
            else names.UnionWith(constants[call.Groups[2].Value]);
        }

        return names;
    }
}
