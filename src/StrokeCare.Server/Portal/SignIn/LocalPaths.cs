namespace StrokeCare.Server.Portal;

/// <summary>Addresses within this portal that a request may be sent on to.</summary>
internal static class LocalPaths
{
    private const int MaxLength = 500;

    /// <summary>The path if it leads to a page of this portal; else null. What browsers read as another host is none.</summary>
    public static string? Local(string? path) =>
        path is ['/', ..] && path.Length <= MaxLength && path is not ['/', '/' or '\\', ..] && !path.Any(c => char.IsControl(c) || c == '\\') ? path : null;

    public static bool IsHome(PathString path) => path == "/" || !path.HasValue;
}
