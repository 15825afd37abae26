namespace StrokeCare;

/// <summary>One keyset page. <see cref="Next"/> is the key to ask for the page after it; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>No list answers more rows than this at once.</summary>
    public const int MaxLimit = 100;

    public const int DefaultLimit = 50;
}
