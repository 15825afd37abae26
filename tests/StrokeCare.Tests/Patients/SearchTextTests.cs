using StrokeCare.Patients;

namespace StrokeCare.Tests.Patients;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Zoë Ångström", "zoe angstrom")]
    [InlineData("STRAßE", "strasse")]
    [InlineData("Łukasz Møller Þór", "lukasz moller thor")]
    [InlineData("e\u0301 ﬁ Ⅳ", "e fi iv")]
    [InlineData("İstanbul ısı", "istanbul isi")]
    [InlineData("ΣΊΣΥΦΟΣ", "σισυφοσ")]
    public void Folds_case_accents_and_ligatures(string text, string folded) => Assert.Equal(folded, SearchText.Fold(text));

    [Theory]
    [InlineData("  O'Brien-Smith, Jr. ", "o brien smith jr")]
    [InlineData("A-123/45", "a 123 45")]
    [InlineData("😀 漢字 \ud83d", "漢字")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Words_are_runs_of_letters_and_digits(string? text, string words) => Assert.Equal(words, string.Join(' ', SearchText.Words(text)));

    [Fact]
    public void What_only_signs_divide_is_found_as_one_word_too() =>
        Assert.Equal(["o", "brien", "obrien", "anne", "marie"], SearchText.Spellings("O'Brien Anne Marie anne"));

    [Theory]
    [InlineData("smith", "smith", false)]
    [InlineData("smith", "smth", true)]
    [InlineData("smith", "smithe", true)]
    [InlineData("smith", "smyth", true)]
    [InlineData("smith", "simth", true)]
    [InlineData("smith", "smiht", true)]
    [InlineData("smith", "msiht", false)]
    [InlineData("smith", "smythe", false)]
    [InlineData("aa", "aaa", true)]
    [InlineData("abcd", "dbca", false)]
    [InlineData("𝒳yz1", "xyz1", true)]
    public void One_slip_is_a_letter_more_less_or_other_or_two_exchanged(string one, string other, bool isOne)
    {
        Assert.Equal(isOne, SearchText.IsOneSlip(one, other));
        Assert.Equal(isOne, SearchText.IsOneSlip(other, one));
    }

    [Fact]
    public void Whatever_the_slip_the_forms_of_a_word_meet_those_of_the_name()
    {
        var random = new Random(11);
        for (var i = 0; i < 3000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(4, 30)).Select(_ => "aábcéd漢zß"[random.Next(9)]));
            var folded = Assert.Single(SearchNames.Of(new PatientKeys(name, null, null, null, null)));
            var typed = Misspelled.Once(folded, random);
            Assert.True(SearchNames.FormsToAsk([typed]).Intersect(SearchNames.Forms(folded)).Any(), $"{name} typed as {typed}");
            Assert.Contains(folded, SearchNames.Around(typed, [folded]));
        }
    }

    [Fact]
    public void Terms_are_words_day_and_phone()
    {
        var terms = SearchTerms.Of(new PatientKeys("Ada", "King", "M-0042", new DateOnly(1815, 12, 10), "+44 (0)20 7946-0958"));

        Assert.Equal(
            new[] { "#079460958", "=0042", "=m", "=m0042", "1815-12-10", "ada", "king" }.Order(StringComparer.Ordinal), terms);
    }

    [Fact]
    public void A_name_with_a_digit_is_among_the_numbers_as_well_and_a_number_is_one_word_too()
    {
        Assert.Equal(["=42", "=abbott774", "=m", "=m42", "abbott774"], SearchTerms.Of(new PatientKeys(null, "Abbott774", "M 42", null, null)));
    }

    [Fact]
    public void Names_of_four_letters_or_more_are_kept_each_once_and_numbers_are_not()
    {
        var kept = new KeptNames();

        Assert.Equal(["king", "marie"], kept.Lacking(SearchNames.Of(new PatientKeys("Marie Ada", "King-King 2nd", "ABCD-0042", new DateOnly(1815, 12, 10), "+44 (0)20 7946-0958")).Where(name => name != "kingking")));
        kept.Add(["king"]);
        Assert.Equal(["marie"], kept.Lacking(["king", "marie"]));
        Assert.Equal(["king", "ing", "kng", "kig", "kin"], SearchNames.Forms("king"));
    }

    [Theory]
    [InlineData("12345", null)]
    [InlineData("123 456", "#123456")]
    [InlineData("+46 70-123 45 67", "#701234567")]
    [InlineData("0701234567", "#701234567")]
    [InlineData(null, null)]
    public void A_phone_number_is_its_last_digits(string? number, string? term) => Assert.Equal(term, SearchTerms.Phone(number));

    [Fact]
    public void The_longest_record_has_a_bounded_number_of_terms()
    {
        var names = string.Join(' ', Enumerable.Repeat("abcdefg", 13)).Replace('a', 'x');
        var terms = SearchTerms.Of(new PatientKeys(names[..99] + "y", string.Join(' ', Enumerable.Range(0, 50).Select(i => (char)('a' + (i % 26)))), string.Join('-', Enumerable.Range(0, 20)), null, null));

        Assert.InRange(terms.Count, 1, 60);
        Assert.Empty(SearchTerms.Of(new PatientKeys("😀", "'", "-", null, "none")));
    }
}
