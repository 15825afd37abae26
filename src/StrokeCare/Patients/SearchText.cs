using System.Globalization;
using System.Text;

namespace StrokeCare.Patients;

/// <summary>
/// Text as a search compares it: case, accents and ligatures folded, split into words of letters and digits. The same
/// for what is stored and for what is asked, so that an accent is never what keeps a record from being found.
/// </summary>
public static class SearchText
{
    /// <summary>A shorter name has too many neighbours to be worth guessing at.</summary>
    public const int LeastGuessed = 4;

    /// <summary>Letters of a name that a misspelling is looked for in; those behind count as they are.</summary>
    public const int MostGuessed = 20;

    // No accents to Unicode, but to whoever types a name.
    private static readonly Dictionary<char, string> Letters = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['ł'] = "l",
        ['ı'] = "i",
        ['ħ'] = "h",
        ['ŋ'] = "n",
        ['ς'] = "σ",
    };

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        // Scrubbed first: normalization refuses half characters.
        foreach (var c in RecordedText.Scrub(text).ToLowerInvariant().Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) continue;
            if (Letters.TryGetValue(c, out var plain)) folded.Append(plain);
            else folded.Append(c);
        }

        // Some of what only now came to light has a case of its own.
        return folded.ToString().ToLowerInvariant();
    }

    /// <summary>The words of what is asked, in its order: <c>O'Brien-Smith</c> is three.</summary>
    public static List<string> Words(string? text) => text is null ? [] : WordsOf(Fold(text));

    /// <summary>The words by which a text is found, each once: its own, and what blanks alone divide as one word too, since <c>O'Brien</c> is also asked for as <c>obrien</c>.</summary>
    public static List<string> Spellings(string? text)
    {
        if (text is null) return [];
        var spellings = new List<string>();
        foreach (var part in Fold(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var words = WordsOf(part);
            spellings.AddRange(words);
            if (words.Count > 1) spellings.Add(string.Concat(words));
        }

        return [.. spellings.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The text as one word: two record numbers with the same differ in how they were typed.</summary>
    public static string Compact(string? text) => string.Concat(Words(text));

    /// <summary>Whether a misspelling of this word is looked for: names are, numbers are not.</summary>
    public static bool IsGuessed(string word, int least = LeastGuessed) => !IsNumber(word) && word.EnumerateRunes().Count() >= least;

    /// <summary>Whether it has a digit, as numbers of records have and names have not.</summary>
    public static bool IsNumber(string word) => word.EnumerateRunes().Any(Rune.IsDigit);

    /// <summary>
    /// The word without one of its letters, for each of them. Two words that are one slip apart share one of these, or one
    /// is among those of the other.
    /// </summary>
    public static IEnumerable<string> Shortened(string word)
    {
        var runes = word.EnumerateRunes().Take(MostGuessed).ToArray();
        var shortened = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < runes.Length; i++)
        {
            var without = new StringBuilder(word.Length);
            for (var j = 0; j < runes.Length; j++)
            {
                if (j != i) without.Append(runes[j].ToString());
            }

            shortened.Add(without.ToString());
        }

        return shortened;
    }

    /// <summary>Whether the words differ by one letter put in, left out or replaced, or by two neighbours exchanged.</summary>
    public static bool IsOneSlip(string one, string other)
    {
        Rune[] a = [.. one.EnumerateRunes()], b = [.. other.EnumerateRunes()];
        if (a.Length < b.Length) (a, b) = (b, a);
        if (a.Length - b.Length > 1) return false;
        var start = 0;
        while (start < b.Length && a[start] == b[start]) start++;
        var end = 0;
        while (end < b.Length - start && a[^(end + 1)] == b[^(end + 1)]) end++;
        var (left, right) = (a.Length - start - end, b.Length - start - end);
        return (left, right) is (1, 0) or (1, 1) || (left == 2 && right == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]);
    }

    private static List<string> WordsOf(string folded)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in folded.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpacingCombiningMark) word.Append(rune.ToString());
            else End();
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
    }
}
