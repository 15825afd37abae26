using System.Globalization;

namespace StrokeCare.Tests.Patients;

/// <summary>Makes people with names, and slips in them; the same for the same seed.</summary>
internal static class Misspelled
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Syllables =
    [
        "an", "ber", "cas", "dor", "el", "fin", "gar", "hol", "is", "jan", "kel", "lin", "mar", "nor", "ost", "per", "quin", "ros", "sten", "tor",
        "ul", "ver", "wil", "yor", "zan", "bri", "cha", "dei", "fra", "gro", "hei", "jo", "kra", "lo", "mei", "ne", "pa", "ri", "so", "tu",
    ];

    private static readonly string[] CommonFirst = ["Anna", "Maria", "John", "José", "Peter", "Zoë", "Mohammed", "Wei", "Olga", "Ingrid", "Paul", "Grace"];

    private static readonly string[] CommonLast = ["Smith", "Müller", "García", "Nguyen", "O'Brien", "Andersson", "Ivanova", "Kowalska", "Silva", "Li"];

    /// <summary>Half the first names and a fifth of the last names are everybody's, the rest hardly anybody's.</summary>
    public static (string First, string Last) Name(Random random) => (
        random.Next(2) == 0 ? CommonFirst[random.Next(CommonFirst.Length)] : Made(random, 2),
        random.Next(5) == 0 ? CommonLast[random.Next(CommonLast.Length)] : Made(random, 3));

    /// <summary>Whether hardly anybody has either name.</summary>
    public static bool IsRare((string First, string Last) name) => !CommonFirst.Contains(name.First) && !CommonLast.Contains(name.Last);

    /// <summary>The name as somebody types it who slips once in one of its words of four letters or more.</summary>
    public static string Once(string name, Random random)
    {
        var words = name.Split(' ');
        var long4 = Enumerable.Range(0, words.Length).Where(i => words[i].Length >= 4).ToArray();
        var which = long4[random.Next(long4.Length)];
        var word = words[which];
        var at = random.Next(word.Length);
        var letter = Letters[random.Next(Letters.Length)];
        var next = Math.Min(at, word.Length - 2);
        words[which] = random.Next(4) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, letter.ToString()),
            2 => word.Remove(at, 1).Insert(at, letter.ToString()),
            _ => $"{word[..next]}{word[next + 1]}{word[next]}{word[(next + 2)..]}",
        };
        return string.Join(' ', words);
    }

    private static string Made(Random random, int syllables)
    {
        var name = string.Concat(Enumerable.Range(0, syllables).Select(_ => Syllables[random.Next(Syllables.Length)]));
        return CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name);
    }
}
