namespace StrokeCare.Patients;

/// <summary>
/// The names that records have or once had, by which a misspelling is understood: a store keeps each under its forms, and
/// a slip away is what shares one. A name is kept before the first record that has it can be found, and never removed.
/// </summary>
public static class SearchNames
{
    /// <summary>So many names are read for one search, whatever is asked: more are no help to anybody.</summary>
    public const int MostRead = 2000;

    /// <summary>Those words of a record's names that a misspelling is looked for in.</summary>
    public static IEnumerable<string> Of(PatientKeys keys) => SearchTerms.NamesOf(keys).Where(word => SearchText.IsGuessed(word));

    public static IEnumerable<string> Of(Patient patient) => Of(new PatientKeys(patient.Details));

    /// <summary>The word, and the word without one of its letters. Two words that are one slip apart share one of these.</summary>
    public static IEnumerable<string> Forms(string word) => SearchText.Shortened(word).Prepend(word);

    /// <summary>The forms of those words that can be a name with a slip in it.</summary>
    public static IReadOnlyList<string> FormsToAsk(IEnumerable<string> words) =>
        [.. words.Where(IsAsked).SelectMany(Forms).Distinct(StringComparer.Ordinal)];

    /// <summary>The word, and of these names those that are one slip away from it.</summary>
    public static IReadOnlyList<string> Around(string word, IEnumerable<string> names) => [word, .. Near(word, names)];

    /// <summary>Of these names those that are one slip away from the word.</summary>
    public static IReadOnlyList<string> Near(string word, IEnumerable<string> names) =>
        IsAsked(word) ? [.. names.Where(name => SearchText.IsOneSlip(word, name))] : [];

    // A name is guessed at from four letters, so a word of three can be one that lacks a letter.
    private static bool IsAsked(string word) => SearchText.IsGuessed(word, SearchText.LeastGuessed - 1);
}

/// <summary>Names that this process knows to be kept, so that the same few hundred are not written with every record.</summary>
public sealed class KeptNames
{
    /// <summary>Names that are remembered; some megabytes.</summary>
    private const int Most = 100_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> kept = new(StringComparer.Ordinal);

    /// <summary>Those that are not known to be kept, each once, in one order for everybody.</summary>
    public IReadOnlyList<string> Lacking(IEnumerable<string> names)
    {
        // Folded and split first: others do not wait for that.
        var all = names.Distinct(StringComparer.Ordinal).ToList();
        lock (gate) all.RemoveAll(kept.Contains);
        all.Sort(StringComparer.Ordinal);
        return all;
    }

    /// <summary>To be told once they are on disk.</summary>
    public void Add(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        lock (gate)
        {
            if (kept.Count + names.Count > Most) kept.Clear();
            kept.UnionWith(names);
        }
    }
}
