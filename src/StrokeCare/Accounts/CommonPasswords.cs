namespace StrokeCare.Accounts;

/// <summary>
/// The 30,000 most common passwords of zxcvbn (MIT; <c>common-passwords.txt</c>), and what people make of them when 15
/// characters are asked for. Only 31 of the list are that long (ASVS 5.0, 6.2.4 asks for 3,000), so refused are also the
/// 30,000 repeated to any length, the 340 million pairs of them that reach 15 characters, both with any punctuation around
/// and between and, where they hold letters, any digits; and runs of the keyboard, the alphabet and the digits.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>A passphrase of three is let through.</summary>
    private const int MostParts = 2;

    private const int ShortestRun = 3;

    /// <summary>A repeated piece of so few characters adds nothing, whatever it is.</summary>
    private const int ShortestPeriod = 4;

    /// <summary>Longer pieces are not looked at: two of the longest of the list.</summary>
    private const int LongestPeriod = 40;

    private const int Uncovered = int.MaxValue / 2;

    // Each is a circle that may be walked either way, as by 890123 or lkjhgf.
    private static readonly string[] Circles =
    [
        "1234567890", "!@#$%^&*()", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "QWERTYUIOPASDFGHJKLZXCVBNM", "QWERTZUIOPASDFGHJKLYXCVBNM",
        "AZERTYUIOPQSDFGHJKLMWXCVBN", "QAZWSXEDCRFVTGBYHNUJMIKOLP", "1QAZ2WSX3EDC4RFV5TGB6YHN7UJM8IK9OL0P", "1Q2W3E4R5T6Y7U8I9O0P",
        "Q1W2E3R4T5Y6U7I8O9P0",
    ];

    /// <summary>What this product makes people think of (ASVS 5.0, 6.1.2): each counts like a word of the list.</summary>
    public static IReadOnlyList<string> OwnWords { get; } =
    [
        "strokecare", "stroke", "care", "portal", "strokecareportal", "clinic", "strokeclinic", "hospital", "doctor", "patient", "nurse", "admin",
        "administrator", "appointment", "neurology", "medical", "history", "record",
    ];

    private static readonly Lazy<Dictionary> Words = new(Dictionary.Load);

    /// <summary>The list, most common first.</summary>
    public static IReadOnlyList<string> Listed => Words.Value.Listed;

    /// <summary>Whether <paramref name="text"/>, a password in normalized form, is one of the list, a run, or made of at most two of them.</summary>
    public static bool Make(string text)
    {
        // Once as it is and once without what only separates: "dragon.dragon.dragon" is as easy to guess as "dragondragondragon".
        var joined = string.Concat(text.Where(char.IsLetterOrDigit));
        return IsMade(text) || (joined.Length > 0 && IsMade(joined));
    }

    private static bool IsMade(ReadOnlySpan<char> text)
    {
        if (IsOfFewParts(text) || IsRepetition(text)) return true;
        var (from, to) = (0, text.Length);
        while (from < to && !char.IsLetter(text[from])) from++;
        while (from < to && !char.IsLetter(text[to - 1])) to--;
        return to - from < text.Length && IsRepetition(text[from..to]);
    }

    /// <summary>One piece over and over, the last perhaps cut short.</summary>
    private static bool IsRepetition(ReadOnlySpan<char> text)
    {
        // border[i]: how long a beginning of the first i characters is also their end. Each border leaves a period.
        var border = new int[text.Length + 1];
        for (int i = 1, known = 0; i < text.Length; i++)
        {
            while (known > 0 && text[i] != text[known]) known = border[known];
            if (text[i] == text[known]) known++;
            border[i + 1] = known;
        }

        for (var same = border[text.Length]; same > 0; same = border[same])
        {
            var period = text.Length - same;
            if (period > LongestPeriod) break;
            if (period <= Math.Min(ShortestPeriod, text.Length / 2) || IsOfFewParts(text[..period])) return true;
        }

        return false;
    }

    /// <summary>Covered by one or two of the list and of runs. Among letters, what is no letter may stand anywhere.</summary>
    private static bool IsOfFewParts(ReadOnlySpan<char> text)
    {
        // A long number is not common for a run somewhere in it.
        var hasLetters = HasLetters(text);
        var words = Words.Value;
        var parts = new int[text.Length + 1];
        Array.Fill(parts, Uncovered);
        parts[0] = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (parts[at] > MostParts) continue;
            if (hasLetters && !char.IsLetter(text[at])) Reach(at + 1, parts[at]);
            for (var length = Math.Min(LongestRun(text[at..]), text.Length - at); length >= ShortestRun; length--) Reach(at + length, parts[at] + 1);
            for (var length = Math.Min(words.Longest, text.Length - at); length >= words.Shortest; length--)
            {
                if (words.Holds(text.Slice(at, length))) Reach(at + length, parts[at] + 1);
            }
        }

        return parts[text.Length] <= MostParts && text.Length > 0;

        void Reach(int end, int count) => parts[end] = Math.Min(parts[end], count);
    }

    private static bool HasLetters(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLetter(c)) return true;
        }

        return false;
    }

    private static int LongestRun(ReadOnlySpan<char> text)
    {
        var longest = Math.Max(1, text.IndexOfAnyExcept(text[0]) is var other and >= 0 ? other : text.Length);
        foreach (var circle in Circles)
        {
            if (circle.IndexOf(text[0], StringComparison.Ordinal) is not (>= 0 and var start)) continue;
            longest = Math.Max(longest, Math.Max(Walk(text, circle, start, 1), Walk(text, circle, start, circle.Length - 1)));
        }

        return longest;
    }

    private static int Walk(ReadOnlySpan<char> text, string circle, int at, int step)
    {
        var length = 0;
        for (; length < text.Length && text[length] == circle[at]; length++) at = (at + step) % circle.Length;
        return length;
    }

    private sealed class Dictionary
    {
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> byText;

        private Dictionary(List<string> listed)
        {
            Listed = listed;
            Shortest = listed.Min(word => word.Length);
            Longest = listed.Concat(OwnWords).Max(word => word.Length);
            byText = new HashSet<string>(listed.Concat(OwnWords), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public List<string> Listed { get; }

        public int Shortest { get; }

        public int Longest { get; }

        public static Dictionary Load()
        {
            using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("StrokeCare.Accounts.common-passwords.txt")!);
            var listed = new List<string>(30_000);
            while (reader.ReadLine() is { } line)
            {
                if (!line.StartsWith('#')) listed.Add(line);
            }

            return new(listed);
        }

        public bool Holds(ReadOnlySpan<char> text) => byText.Contains(text);
    }
}
