using System.Text;
using StrokeCare.Patients;

namespace StrokeCare.History;

/// <summary>
/// What an entry is found by: the words of what it says now, folded as <see cref="SearchText"/> folds them. Stored with the
/// entry in the same atomic step; what it said before an amendment is not among them.
/// </summary>
public static class HistoryTerms
{
    /// <summary>Letters of a word that count; the keys of an index are bounded.</summary>
    public const int MostLetters = 64;

    public static IReadOnlyList<string> Of(HistoryText text) =>
    [
        .. new[] { text.Diagnosis, text.Treatment, text.Notes }.SelectMany(SearchText.Spellings).Select(Cut)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The word as far as it is kept, never half a character.</summary>
    public static string Cut(string word)
    {
        if (word.Length <= MostLetters) return word;
        var cut = new StringBuilder(MostLetters * 2);
        foreach (var rune in word.EnumerateRunes().Take(MostLetters)) cut.Append(rune.ToString());
        return cut.ToString();
    }
}
