namespace StrokeCare.Server.Settings;

/// <summary>
/// <c>NAME=value</c> lines: blank lines and # comments aside, an optional <c>export</c> in front, quotes around the
/// value dropped. The file is weaker than the environment and stronger than appsettings.json.
/// </summary>
internal static class DotEnv
{
    public static IConfigurationBuilder AddDotEnv(this IConfigurationBuilder builder, string path) =>
        File.Exists(path) ? builder.AddInMemoryCollection(Parse(File.ReadLines(path))) : builder;

    public static IEnumerable<KeyValuePair<string, string?>> Parse(IEnumerable<string> lines)
    {
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || line[0] == '#') continue;
            yield return new(line[..equals].TrimEnd(), Unquote(line[(equals + 1)..].Trim()));
        }
    }

    private static string Unquote(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;
}
