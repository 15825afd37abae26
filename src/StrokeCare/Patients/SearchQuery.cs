using System.Globalization;
using System.Text.RegularExpressions;
using StrokeCare.History;

namespace StrokeCare.Patients;

/// <summary>How well a record answers a query: fewer is better, one after the other.</summary>
public readonly record struct SearchRank(int Slips, int Prefixes, int OtherWords)
{
    /// <summary>The names of the record that words with a slip in them were taken for.</summary>
    public string Meant { get; init; } = "";
}

/// <summary>
/// What was typed into the search: dates of birth and words, all of which a record must have, the last word perhaps only
/// begun; and in quotation marks words that its history must have.
/// </summary>
public sealed partial record SearchQuery(IReadOnlyList<DateOnly> Births, IReadOnlyList<string> Words, bool IsLastBegun)
{
    public const int MaxLength = 200;

    /// <summary>Words and dates beyond these are looked for in what the first ones found.</summary>
    public const int MostAsked = 6;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>All in one entry of the history.</summary>
    public IReadOnlyList<string> Noted { get; private init; } = [];

    /// <summary>
    /// The same with all that blanks alone divide as one word, for when nobody is found otherwise: whoever slips beside the mark
    /// in <c>O'Brien</c> divides it where it is not divided. Null: nothing is divided but by blanks.
    /// </summary>
    public SearchQuery? Joined { get; private init; }

    /// <summary>Nothing is asked of the record itself.</summary>
    public bool IsOnlyNoted => Births.Count == 0 && Words.Count == 0;

    public bool IsEmpty => IsOnlyNoted && Noted.Count == 0;

    public static SearchQuery Parse(string text)
    {
        var births = new List<DateOnly>();
        var noted = new List<string>();
        var ends = 0;
        var unquoted = Quoted().Replace(text, quoted =>
        {
            noted.AddRange(SearchText.Words(quoted.Groups["noted"].Value).Select(HistoryTerms.Cut));
            return " ";
        });
        var folded = SearchText.Fold(unquoted);
        var rest = Dates().Replace(folded, found =>
        {
            if (Read(found) is not { } day) return found.Value;
            births.Add(day);
            ends = found.Index + found.Length;
            return " ";
        });
        var words = SearchText.Words(rest).Distinct(StringComparer.Ordinal).ToList();
        var joined = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(SearchText.Compact)
            .Where(word => word.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var query = new SearchQuery(births, words, words.Count > 0 && ends < folded.TrimEnd().Length) { Noted = [.. noted.Distinct(StringComparer.Ordinal)] };
        return joined.SequenceEqual(words) ? query : query with { Joined = query with { Words = joined } };
    }

    /// <summary>More than one thing is asked: all records that have them, with all that may be amiss, are few enough to compare. One name may be anybody's.</summary>
    public bool IsOfSeveral => Births.Count + Words.Count > 1;

    /// <summary>The one date or number, which few records have: they are few enough to compare, whatever else is asked. Null: there is none.</summary>
    public IReadOnlyList<SearchWord>? Rare()
    {
        if (Births.Count > 0) return [new([SearchTerms.Day(Births[0])], null)];
        return Words.Where(SearchText.IsNumber).MaxBy(word => word.Length) is { } number
            ? [SearchWord.Typed(number) with { Prefix = IsLastBegun && number == Words[^1] ? SearchTerms.Beginning(number) : null }]
            : null;
    }

    /// <summary>
    /// The searches that find the records, the best of them first: as typed; with the last word only begun; with a slip in
    /// any name, which makes it one of <paramref name="names"/>. The last one finds all that those before it find.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<SearchWord>> Stages(IReadOnlyCollection<string> names)
    {
        List<IReadOnlyList<SearchWord>> stages = [Stage(word => SearchWord.Typed(word), begun: false)];
        if (IsLastBegun) stages.Add(Stage(word => SearchWord.Typed(word), begun: true));
        var near = Words.ToDictionary(word => word, word => SearchNames.Near(word, names), StringComparer.Ordinal);
        if (near.Values.Any(meant => meant.Count > 0)) stages.Add(Stage(word => SearchWord.Typed(word, near[word]), IsLastBegun));
        return stages;
    }

    /// <summary>Null: it is not an answer.</summary>
    public SearchRank? RankOf(PatientSummary patient)
    {
        if (Births.Any(birth => birth != patient.DateOfBirth)) return null;
        var names = SearchText.Spellings(patient.FirstName).Concat(SearchText.Spellings(patient.LastName)).ToHashSet(StringComparer.Ordinal);
        var numbers = SearchTerms.NumbersOf(patient.Mrn).ToHashSet(StringComparer.Ordinal);
        var (prefixes, meant) = (0, new List<string>());
        for (var i = 0; i < Words.Count; i++)
        {
            var word = Words[i];
            if (names.Contains(word) || numbers.Contains(word)) continue;
            if (IsLastBegun && i == Words.Count - 1 && (SearchText.IsNumber(word) ? names.Concat(numbers) : names).Any(has => has.StartsWith(word, StringComparison.Ordinal))) prefixes++;
            else if (SearchNames.Near(word, names.Where(name => SearchText.IsGuessed(name))) is [var near, ..]) meant.Add(near);
            else return null;
        }

        return new(meant.Count, prefixes, names.Count(name => !Words.Contains(name))) { Meant = string.Join(' ', meant) };
    }

    private List<SearchWord> Stage(Func<string, SearchWord> of, bool begun)
    {
        var words = Words.Select(of).ToList();
        if (begun) words[^1] = words[^1] with { Prefix = SearchTerms.Beginning(Words[^1]) };
        // The last one first: it is the one that must not be left out.
        words.Reverse();
        return [.. Births.Select(birth => new SearchWord([SearchTerms.Day(birth)], null)).Concat(words).Take(MostAsked)];
    }

    private static DateOnly? Read(Match found)
    {
        var month = found.Groups["name"] is { Success: true } name
            ? 1 + Array.FindIndex(Months, m => name.Value.StartsWith(m, StringComparison.Ordinal))
            : Number("month");
        var (year, day) = (Number("year"), Number("day"));
        return month is >= 1 and <= 12 && year > 0 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

        int Number(string group) => int.Parse(found.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    // A mark without its partner is none.
    [GeneratedRegex("""["“”„](?<noted>[^"“”„]*)["“”„]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    // 1950-03-12, 12/03/1950 and 12.03.1950 (the day comes first), 12 Mar 1950, 12th of March 1950, March 12, 1950.
    [GeneratedRegex(
        """
        (?<![\p{L}\p{N}])(?:
            (?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})
            |(?<day>[0-9]{1,2})[/.](?<month>[0-9]{1,2})[/.](?<year>[0-9]{4})
            |(?<day>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\.?,?\s+(?<year>[0-9]{4})
            |(?<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\.?\s+(?<day>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?<year>[0-9]{4})
        )(?![\p{L}\p{N}])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dates();
}
