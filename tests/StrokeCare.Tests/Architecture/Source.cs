using System.Runtime.CompilerServices;

namespace StrokeCare.Tests.Architecture;

/// <summary>The files of the repository these tests were built from.</summary>
internal static class Source
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes; nothing that a build or an instance wrote.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin" or "artifacts" or "instance"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (var folder = new FileInfo(here).Directory ?? throw new InvalidOperationException("No folder."); ; folder = folder.Parent
            ?? throw new InvalidOperationException($"No StrokeCare.slnx above {here}: run these tests where they were built."))
        {
            if (File.Exists(Path.Combine(folder.FullName, "StrokeCare.slnx"))) return folder.FullName;
        }
    }
}
