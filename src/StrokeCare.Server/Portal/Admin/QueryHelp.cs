namespace StrokeCare.Server.Portal;

/// <summary>Addresses of lists with what they are filtered by.</summary>
internal static class QueryHelp
{
    /// <summary>What is empty is left out.</summary>
    public static string Link(string path, params (string Name, string? Value)[] parameters) =>
        path + string.Join('&', parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}")) switch { "" => "", var query => $"?{query}" };
}
