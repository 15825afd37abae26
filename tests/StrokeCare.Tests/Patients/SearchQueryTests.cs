using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Patients;

public sealed class SearchQueryTests
{
    private static readonly DateOnly Birth = new(1950, 3, 12);

    [Theory]
    [InlineData("1950-03-12")]
    [InlineData("12/03/1950")]
    [InlineData("12.3.1950")]
    [InlineData("12 Mar 1950")]
    [InlineData("12th of March 1950")]
    [InlineData("March 12, 1950")]
    [InlineData(" 12 MARCH 1950 ")]
    public void A_date_of_birth_is_read_as_people_write_it(string text)
    {
        var query = SearchQuery.Parse(text);

        Assert.Equal((Birth, false), (Assert.Single(query.Births), query.IsLastBegun));
        Assert.Empty(query.Words);
    }

    [Theory]
    [InlineData("\"aphasia\"", "", "aphasia")]
    [InlineData("smith \"left arm\" \"Köln\"", "smith", "left arm koln")]
    [InlineData("“beta-blocker” smith “beta”", "smith", "beta blocker")]
    [InlineData("smi \"12/03/1950\" 12/03/1950", "smi", "12 03 1950")]
    [InlineData("o\"brien", "o brien", "")]
    [InlineData("\"\" smith", "smith", "")]
    public void Words_in_quotation_marks_are_looked_for_in_the_history(string text, string words, string noted)
    {
        var query = SearchQuery.Parse(text);

        Assert.Equal(words, string.Join(' ', query.Words));
        Assert.Equal(noted, string.Join(' ', query.Noted));
        Assert.Equal(words.Length == 0 && query.Births.Count == 0, query.IsOnlyNoted);
        Assert.False(query.IsEmpty);
    }

    [Theory]
    [InlineData("31/02/1950", "31 02 1950")]
    [InlineData("0000-01-01", "0000 01")]
    [InlineData("1950-13-01", "1950 13 01")]
    [InlineData("May 1950", "may 1950")]
    [InlineData("A1950-03-12", "a1950 03 12")]
    public void What_is_no_date_is_words(string text, string words)
    {
        var query = SearchQuery.Parse(text);

        Assert.Empty(query.Births);
        Assert.Equal(words, string.Join(' ', query.Words));
    }

    [Fact]
    public void Only_what_stands_last_may_be_only_begun()
    {
        Assert.True(SearchQuery.Parse("smi").IsLastBegun);
        Assert.True(SearchQuery.Parse("1950-03-12 smi").IsLastBegun);
        Assert.False(SearchQuery.Parse("smi 12 Mar 1950").IsLastBegun);
        Assert.True(SearchQuery.Parse("'-. ").IsEmpty);
    }

    [Fact]
    public void Stages_go_from_what_was_typed_to_what_may_have_been_meant()
    {
        var stages = SearchQuery.Parse("anna smi 12/03/1950 A1").Stages(["smith", "smit", "hanna", "anne", "bob"]);

        Assert.Equal(3, stages.Count);
        Assert.Equal([["1950-03-12"], ["a1", "=a1"], ["smi", "=smi"], ["anna", "=anna"]], stages[0].Select(word => word.AnyOf));
        Assert.Equal([null, "=a1", null, null], stages[1].Select(word => word.Prefix));
        Assert.Equal([["1950-03-12"], ["a1", "=a1"], ["smi", "smit", "=smi"], ["anna", "hanna", "anne", "=anna"]], stages[2].Select(word => word.AnyOf));
        Assert.Equal("=a1", stages[2][1].Prefix);
        Assert.Equal(2, SearchQuery.Parse("anna smi").Stages(["bob"]).Count);
        Assert.Single(SearchQuery.Parse("12/03/1950").Stages([]));
        Assert.Equal(2, SearchQuery.Parse("12").Stages([]).Count);
        Assert.Equal(SearchQuery.MostAsked, SearchQuery.Parse("a b c d e f g h").Stages([])[0].Count);
    }

    [Theory]
    [InlineData("smith 12/03/1950", "1950-03-12", null)]
    [InlineData("sc 0042 1950-03-12", "1950-03-12", null)]
    [InlineData("smith sc-2024-000042", "000042", "=000042")]
    [InlineData("a1 smith", "a1", null)]
    [InlineData("0042", "0042", "=0042")]
    public void A_date_or_else_the_longest_number_is_rare(string text, string alone, string? begun)
    {
        var rare = Assert.Single(SearchQuery.Parse(text).Rare()!);

        Assert.Equal(alone, rare.AnyOf[0]);
        Assert.Equal(alone.Contains('-', StringComparison.Ordinal) ? [] : ["=" + alone], rare.AnyOf.Skip(1));
        Assert.Equal(begun, rare.Prefix);
    }

    [Fact]
    public void One_name_alone_is_not_asked_for_as_a_whole()
    {
        Assert.False(SearchQuery.Parse("smith").IsOfSeveral);
        Assert.False(SearchQuery.Parse("0042").IsOfSeveral);
        Assert.True(SearchQuery.Parse("john smith").IsOfSeveral);
        Assert.Null(SearchQuery.Parse("john smith").Rare());
    }

    [Theory]
    [InlineData("OB'rien", "obrien")]
    [InlineData("anna-maria smith \"left-arm\" 1950-03-12", "annamaria smith")]
    [InlineData("sc-0042", "sc0042")]
    [InlineData("ann smith - ", null)]
    [InlineData("1950-03-12", null)]
    public void What_marks_divide_can_be_read_as_one_word(string text, string? joined)
    {
        var query = SearchQuery.Parse(text);

        Assert.Equal(joined, query.Joined is { } read ? string.Join(' ', read.Words) : null);
        if (query.Joined is { } other) Assert.Equal((query.Births, query.Noted, query.IsLastBegun, null), (other.Births, other.Noted, other.IsLastBegun, other.Joined));
    }

    [Theory]
    [InlineData("ada king", 0, 0, 0)]
    [InlineData("KING", 0, 0, 1)]
    [InlineData("ada ki", 0, 1, 1)]
    [InlineData("ki ada", null, null, null)]
    [InlineData("ada knig", 1, 0, 1)]
    [InlineData("aad king", null, null, null)]
    [InlineData("m-42 1815-12-10", 0, 0, 2)]
    [InlineData("m43", null, null, null)]
    [InlineData("m4", 0, 1, 2)]
    [InlineData("4", 0, 1, 2)]
    [InlineData("m", 0, 0, 2)]
    [InlineData("mc4", 0, 1, 2)]
    [InlineData("mc", null, null, null)]
    [InlineData("king 1815-10-12", null, null, null)]
    public void A_record_answers_with_all_words_and_dates(string text, int? slips, int? prefixes, int? others)
    {
        var patient = new PatientSummary
        {
            Id = PatientBuilder.NewId(),
            Version = 1,
            FirstName = "Áda",
            LastName = "King",
            Mrn = "M-42 MC43",
            DateOfBirth = new DateOnly(1815, 12, 10),
            RiskLevel = RiskLevel.Low,
            CreatedAt = PatientBuilder.Now,
            UpdatedAt = PatientBuilder.Now,
        };

        SearchRank? rank = slips is null ? null : new(slips.Value, prefixes!.Value, others!.Value) { Meant = slips > 0 ? "king" : "" };

        Assert.Equal(rank, SearchQuery.Parse(text).RankOf(patient));
    }

    [Theory]
    [InlineData("jaan hanssen", "jana hansen")]
    [InlineData("hanssen jaan", "hansen jana")]
    [InlineData("hanse", "")]
    [InlineData("jaana", "jana")]
    public void Of_words_with_a_slip_it_says_which_names_they_were_taken_for(string text, string meant)
    {
        var patient = new PatientSummary
        {
            Id = PatientBuilder.NewId(),
            Version = 1,
            FirstName = "Jana",
            LastName = "Hansen Janna",
            RiskLevel = RiskLevel.Low,
            CreatedAt = PatientBuilder.Now,
            UpdatedAt = PatientBuilder.Now,
        };

        Assert.Equal(meant, SearchQuery.Parse(text).RankOf(patient)!.Value.Meant);
    }
}
