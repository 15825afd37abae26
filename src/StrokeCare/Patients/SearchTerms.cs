using System.Globalization;

namespace StrokeCare.Patients;

/// <summary>
/// What a record is found by; stored with it, in the same atomic step. Words of names stand as they are, those of the record
/// number behind =, a date of birth as <c>1950-03-12</c>, the end of a phone number behind #.
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

    /// <summary>One word finds no more terms of a record: by its beginning those of both names and of the number, and one as it stands.</summary>
    public const int MostOfOne = (3 * MostWords) + 2;

    /// <summary>Digits of a phone number that are the same with and without a country code.</summary>
    private const int PhoneDigits = 9;

    private const int LeastPhoneDigits = 6;

    public static IReadOnlyList<string> Of(Patient patient) => Of(new PatientKeys(patient.Details));

    public static IReadOnlyList<string> Of(PatientKeys keys)
    {
        var terms = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in NamesOf(keys))
        {
            terms.Add(name);
            if (SearchText.IsNumber(name)) terms.Add(Number(name));
        }

        terms.UnionWith(NumbersOf(keys.Mrn).Select(Number));
        if (keys.DateOfBirth is { } birth) terms.Add(Day(birth));
        if (Phone(keys.Phone) is { } phone) terms.Add(phone);
        return [.. terms];
    }

    /// <summary>The words of the names alone.</summary>
    public static IEnumerable<string> NamesOf(PatientKeys keys) =>
        SearchText.Spellings(keys.FirstName).Take(MostWords).Concat(SearchText.Spellings(keys.LastName).Take(MostWords));

    /// <summary>The words of a record number, and all of it as one.</summary>
    public static IEnumerable<string> NumbersOf(string? mrn) => SearchText.Spellings(mrn).Take(MostWords).Append(SearchText.Compact(mrn)).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// A word of a record number, or a name with a digit, as it is stored and asked for. They stand apart, for as many as there
    /// are records may begin with one letter, each another, and who types a letter means a name.
    /// </summary>
    public static string Number(string word) => "=" + word;

    /// <summary>What the terms begin with that a word begins: letters begin names, and a word with a digit begins numbers.</summary>
    public static string Beginning(string word) => SearchText.IsNumber(word) ? Number(word) : word;

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
