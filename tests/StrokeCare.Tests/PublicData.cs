using StrokeCare.Tests.Architecture;

namespace StrokeCare.Tests;

/// <summary>
/// Public data that tests use and that is not ours to publish: in the folder that STROKECARE_TEST_DATA names, or in the
/// folder "data" of any folder beside the repository. A test says so where it is not.
/// </summary>
internal static class PublicData
{
    public const string Variable = "STROKECARE_TEST_DATA";

    /// <summary>The path of a file or a folder; null where there is none of this name.</summary>
    public static string? Find(string name) => Folders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);

    private static IEnumerable<string> Folders()
    {
        if (TestEngines.Read(Variable) is { } named) return Directory.Exists(named) ? [named] : throw new DirectoryNotFoundException($"{Variable} names {named}, which is no folder.");
        return Directory.EnumerateDirectories(Path.GetFullPath(Path.Combine(Source.Root, ".."))).Order(StringComparer.Ordinal).Select(beside => Path.Combine(beside, "data"));
    }
}
