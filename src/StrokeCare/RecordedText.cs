using System.Diagnostics.CodeAnalysis;

namespace StrokeCare;

/// <summary>Text as the stores keep it: no NUL, no lone surrogates, no U+FFFE or U+FFFF (they cannot be stored or hashed alike everywhere), trimmed, never longer than its column.</summary>
public static class RecordedText
{
    /// <summary>For what we record about a request: cut to <paramref name="maxLength"/> UTF-16 units, never through a surrogate pair.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int maxLength)
    {
        if (text is null) return null;
        var clean = Scrub(text);
        if (clean.Length <= maxLength) return clean;
        var end = char.IsHighSurrogate(clean[maxLength - 1]) ? maxLength - 1 : maxLength;
        return clean[..end].TrimEnd();
    }

    /// <summary>Input text without NUL, lone surrogates and non-characters, trimmed. The caller checks the length and names the field.</summary>
    public static string Scrub(string text)
    {
        if (!NeedsScrub(text)) return text.Trim();
        var kept = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                kept.Append(text[i]).Append(text[++i]);
            else if (!IsNoText(text[i]))
                kept.Append(text[i]);
        }

        return kept.ToString().Trim();
    }

    private static bool NeedsScrub(string text)
    {
        foreach (var c in text)
        {
            if (IsNoText(c)) return true;
        }

        return false;
    }

    // U+FFFE and U+FFFF are no characters, and Unicode normalization refuses the first of them.
    private static bool IsNoText(char c) => c is '\0' or '\uFFFE' or '\uFFFF' || char.IsSurrogate(c);
}
