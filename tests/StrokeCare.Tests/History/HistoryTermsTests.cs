using StrokeCare.History;

namespace StrokeCare.Tests.History;

public sealed class HistoryTermsTests
{
    [Fact]
    public void All_three_texts_are_words_folded_and_each_once()
    {
        var text = new HistoryText { Diagnosis = "Schlaganfall, TIA", Treatment = "β-Blocker 5 mg; tia", Notes = "Zoë O'Brien\n160/95", RecordDate = default };

        Assert.Equal(["160", "16095", "5", "95", "blocker", "brien", "mg", "o", "obrien", "schlaganfall", "tia", "zoe", "β", "βblocker"], HistoryTerms.Of(text));
    }

    [Fact]
    public void What_has_no_letter_and_no_digit_is_found_by_nothing() =>
        Assert.Empty(HistoryTerms.Of(new() { Diagnosis = "– ! –", RecordDate = default }));

    [Theory]
    [InlineData("stroke", "stroke")]
    [InlineData("", "")]
    public void A_word_of_ordinary_length_stays(string word, string kept) => Assert.Equal(kept, HistoryTerms.Cut(word));

    [Fact]
    public void A_long_word_is_cut_between_two_characters()
    {
        var cut = HistoryTerms.Cut(string.Concat(Enumerable.Repeat("𝛼", 100)));

        Assert.Equal(string.Concat(Enumerable.Repeat("𝛼", HistoryTerms.MostLetters)), cut);
        Assert.Equal(new string('a', HistoryTerms.MostLetters), HistoryTerms.Cut(new string('a', 5000)));
    }
}
