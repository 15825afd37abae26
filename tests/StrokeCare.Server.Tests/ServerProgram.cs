using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace StrokeCare.Server.Tests;

/// <summary>The server that tests start in processes of its own: the one that <c>eng/precompile.sh</c> made, where the run names it, else the one that was built with them.</summary>
internal static class ServerProgram
{
    public static string Dll { get; } = Environment.GetEnvironmentVariable("STROKECARE_TEST_SERVER") is { Length: > 0 } given
        ? OfThisBuild(given)
        : Path.Combine(AppContext.BaseDirectory, "StrokeCare.Server.dll");

    /// <summary>The same without <c>dotnet</c> before it: whoever kills it kills the server.</summary>
    public static string Executable { get; } = Path.ChangeExtension(Dll, null);

    private static string OfThisBuild(string given)
    {
        foreach (var built in Directory.EnumerateFiles(AppContext.BaseDirectory, "StrokeCare*.dll").Where(file => !file.EndsWith("Tests.dll", StringComparison.Ordinal)))
        {
            if (Version(built) != Version(Path.Combine(Path.GetDirectoryName(given)!, Path.GetFileName(built))))
                throw new InvalidOperationException($"{given} was made of another build than this one: run eng/precompile.sh, or unset STROKECARE_TEST_SERVER.");
        }

        return given;
    }

    /// <summary>Which compilation an assembly is of.</summary>
    private static Guid Version(string assembly)
    {
        using var file = File.OpenRead(assembly);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
