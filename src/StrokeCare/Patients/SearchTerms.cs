using System.Globalization;

namespace StrokeCare.Patients;

/// <summary>
/// What a record is found by; stored with it, in the same atomic step. Words of names and record number stand as they are,
/// those with a digit behind =, a date of birth as <c>1950-03-12</c>, the end of a phone number behind #.
/// </summary>
public static class SearchTerms
{
    /// <summary>
    /// Which form of terms this is: one higher with each change of what they are. A store whose records have an older form
    /// makes them anew at its start; the relational stores are told by a script.
    /// </summary>
    public const int Form = 2;

    /// <summary>Words of a text beyond these are not found by: nobody has so many names.</summary>
    private const int MostWords = 16;

    /// <summary>A record has no more of them: so many words of each name and of its number, its date of birth, and a phone number.</summary>
    public const int MostOfOne = (3 * MostWords) + 2;

    /// <summary>Digits of a phone number that are the same with and without a country code.</summary>
    private const int PhoneDigits = 9;

    private const int LeastPhoneDigits = 6;

    public static IReadOnlyList<string> Of(Patient patient) => Of(new PatientKeys(patient.Details));

    public static IReadOnlyList<string> Of(PatientKeys keys)
    {
        var terms = new SortedSet<string>(StringComparer.Ordinal);
        terms.UnionWith(NamesOf(keys).Select(Word));
        terms.UnionWith(SearchText.Spellings(keys.Mrn).Take(MostWords).Select(Word));
        if (keys.DateOfBirth is { } birth) terms.Add(Day(birth));
        if (Phone(keys.Phone) is { } phone) terms.Add(phone);
        return [.. terms];
    }

    /// <summary>The words of the names alone.</summary>
    public static IEnumerable<string> NamesOf(PatientKeys keys) =>
        SearchText.Spellings(keys.FirstName).Take(MostWords).Concat(SearchText.Spellings(keys.LastName).Take(MostWords));

    /// <summary>
    /// A word as it is stored and asked for. Record numbers stand apart, for as many as there are records may begin with one
    /// letter, each by itself, and who types a letter means a name.
    /// </summary>
    public static string Word(string word) => SearchText.IsNumber(word) ? "=" + word : word;

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Null: too few digits to mean anything.</summary>
    public static string? Phone(string? number)
    {
        var digits = string.Concat((number ?? "").Where(char.IsAsciiDigit));
        return digits.Length < LeastPhoneDigits ? null : "#" + digits[Math.Max(0, digits.Length - PhoneDigits)..];
    }
}

/// <summary>The details that a record is found by.</summary>
public readonly record struct PatientKeys(string? FirstName, string? LastName, string? Mrn, DateOnly? DateOfBirth, string? Phone)
{
    public PatientKeys(PatientDetails details)
        : this(details.FirstName, details.LastName, details.Mrn, details.DateOfBirth, details.Phone)
    {
    }
}
