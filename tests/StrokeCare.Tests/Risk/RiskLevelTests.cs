using System.Text.Json;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class RiskLevelTests
{
    [Theory]
    [InlineData(0, RiskLevel.Low)]
    [InlineData(.0249999999, RiskLevel.Low)]
    [InlineData(.025, RiskLevel.Medium)]
    [InlineData(.0999999999, RiskLevel.Medium)]
    [InlineData(.10, RiskLevel.High)]
    [InlineData(.1999999999, RiskLevel.High)]
    [InlineData(.20, RiskLevel.VeryHigh)]
    [InlineData(1, RiskLevel.VeryHigh)]
    public void A_lower_bound_belongs_to_its_level_and_nothing_is_rounded(double probability, RiskLevel level) =>
        Assert.Equal(level, RiskLevels.Of(probability));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-.001)]
    public void What_is_no_probability_has_no_level(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RiskLevels.Of(value));

    [Fact]
    public void Every_level_has_one_spelling_in_text_and_json()
    {
        Assert.Equal(["not_assessed", "low", "medium", "high", "very_high"], Enum.GetValues<RiskLevel>().Select(level => level.ToWire()));
        Assert.All(Enum.GetValues<RiskLevel>(), level => Assert.Equal($"\"{level.ToWire()}\"", JsonSerializer.Serialize(level)));
    }

    [Theory]
    [InlineData("Very_High", RiskLevel.VeryHigh)]
    [InlineData(" LOW ", RiskLevel.Low)]
    [InlineData("not_assessed", RiskLevel.NotAssessed)]
    public void Letter_case_and_blanks_do_not_matter(string text, RiskLevel level)
    {
        Assert.True(RiskLevels.TryParse(text, out var parsed));
        Assert.Equal(level, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("VeryHigh")]
    [InlineData("3")]
    public void Anything_else_is_refused(string? text) => Assert.False(RiskLevels.TryParse(text, out _));
}
