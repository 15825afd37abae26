namespace StrokeCare;

/// <summary>One keyset page. <see cref="Next"/> is the key to ask for the page after it; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>No list answers more rows than this at once.</summary>
    public const int MaxLimit = 100;

    public const int DefaultLimit = 50;
}

internal static class Pages
{
    /// <summary>The page out of rows that were asked for one beyond its limit; <paramref name="keyOf"/> spells the key of its last one.</summary>
    public static Page<T> ToPage<T>(this IReadOnlyList<T> rows, int limit, Func<T, string> keyOf) =>
        rows.Count <= limit ? new(rows, null) : new([.. rows.Take(limit)], keyOf(rows[limit - 1]));
}
