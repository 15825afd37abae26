using CsCheck;

namespace StrokeCare.Tests.Changes;

public sealed class RecordedTextTests
{
    // Mostly what hurts: NUL, halves of pairs, blanks of all kinds.
    private static readonly Gen<char> Nasty = Gen.Frequency(
        (3, Gen.Char),
        (2, Gen.Int[0, 4].Select(i => "\0\uD83D\uDE00\uDFFF\uD800"[i])),
        (2, Gen.Int[0, 4].Select(i => " \t\n\u00A0\u2003"[i])),
        (3, Gen.Char['a', 'z']));

    private static readonly Gen<string> Texts = Nasty.Array[0, 40].Select(chars => new string(chars));

    [Fact]
    public void Scrubbed_text_is_storable_trimmed_and_stays_as_it_is() => Texts.Sample(text =>
    {
        var clean = RecordedText.Scrub(text);
        return IsStorable(clean) && clean == clean.Trim() && RecordedText.Scrub(clean) == clean;
    });

    [Fact]
    public void Cut_text_is_never_longer_than_its_column_and_cutting_again_changes_nothing() => Gen.Select(Texts, Gen.Int[1, 40]).Sample((text, max) =>
    {
        var cut = RecordedText.Cut(text, max);
        return IsStorable(cut) && cut.Length <= max && cut == cut.Trim() && RecordedText.Cut(cut, max) == cut;
    });

    [Fact]
    public void Text_without_faults_is_kept_to_the_letter() => Gen.Char['!', '~'].Array[0, 40].Sample(chars =>
        RecordedText.Scrub(new string(chars)) == new string(chars) && RecordedText.Cut(new string(chars), 40) == new string(chars));

    [Theory]
    [InlineData("a\0b", 10, "ab")]
    [InlineData(" \0 a \0 ", 10, "a")]
    [InlineData("x\U0001F600y", 2, "x")]
    [InlineData("x\U0001F600y", 3, "x\U0001F600")]
    [InlineData("ab   cd", 4, "ab")]
    [InlineData(null, 4, null)]
    public void Cuts_and_scrubs_as_told(string? text, int max, string? expected) => Assert.Equal(expected, RecordedText.Cut(text, max));

    [Fact]
    public void Halves_of_a_surrogate_pair_are_dropped_also_when_dropping_brings_two_together()
    {
        // Not inline data: attributes are stored as UTF-8, which has no halves.
        Assert.Equal("", RecordedText.Scrub("\uD83D"));
        Assert.Equal("", RecordedText.Scrub("\uD83D\0\uDE00"));
        Assert.Equal("", RecordedText.Scrub("\uDE00\uD83D"));
        Assert.Equal("a\U0001F600b", RecordedText.Scrub("a\uD83D\uD83D\uDE00b"));
    }

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i])) return false;
            if (!char.IsHighSurrogate(text[i])) continue;
            if (++i == text.Length || !char.IsLowSurrogate(text[i])) return false;
        }

        return true;
    }
}
