using System.Text;
using StrokeCare.Patients;

namespace StrokeCare.Tests.Patients;

public sealed class KaggleCsvTests
{
    private const string Header = "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke";
    private const string Good = "9046,Male,67,0,1,Yes,Private,Urban,228.69,36.6,formerly smoked,1";

    [Fact]
    public void A_row_of_the_data_set_is_read_column_by_column()
    {
        var row = Assert.Single(Read($"{Header}\n{Good}\n"));
        Assert.Equal((2, "kaggle:9046", null), (row.Line, row.SourceKey, row.Reason));
        Assert.Equal(
            new PatientDetails
            {
                Gender = Gender.Male,
                Age = 67,
                Hypertension = false,
                HeartDisease = true,
                EverMarried = true,
                WorkType = WorkType.Private,
                ResidenceType = ResidenceType.Urban,
                AvgGlucoseLevel = 228.69,
                Bmi = 36.6,
                SmokingStatus = SmokingStatus.FormerlySmoked,
                Stroke = true,
            },
            row.Details);
    }

    [Fact]
    public void NA_and_empty_cells_are_not_known_but_an_Unknown_smoking_status_is_kept()
    {
        var row = Assert.Single(Read($"{Header}\n1,Female,61,,,,,,,N/A,Unknown,\n"));
        Assert.Equal(new PatientDetails { Gender = Gender.Female, Age = 61, SmokingStatus = SmokingStatus.Unknown }, row.Details);
    }

    [Theory]
    [InlineData("9046,Male,67,0,1,Yes,Private,Urban,abc,36.6,smokes,1", "avg_glucose_level is not a number")]
    [InlineData("9046,Male,67,0,1,Yes,Private,Urban,1e999,36.6,smokes,1", "avg_glucose_level is not a number")]
    [InlineData("9046,Male,NaN,0,1,Yes,Private,Urban,1,36.6,smokes,1", "age is not a number")]
    [InlineData("9046,Male,67,2,1,Yes,Private,Urban,1,36.6,smokes,1", "hypertension is not 0 or 1")]
    [InlineData("9046,Male,67,0,1,Maybe,Private,Urban,1,36.6,smokes,1", "ever_married is not Yes or No")]
    [InlineData("9046,Mann,67,0,1,Yes,Private,Urban,1,36.6,smokes,1", "gender is none of Male, Female, Other")]
    [InlineData("x1,Male,67,0,1,Yes,Private,Urban,1,36.6,smokes,1", "id is not a whole number")]
    [InlineData(",Male,67,0,1,Yes,Private,Urban,1,36.6,smokes,1", "id is not a whole number")]
    [InlineData("9046,Male,67,0,1,Yes,Private,Urban,1,36.6,smokes", "has 11 cells, the header 12")]
    [InlineData("9046,Male,67,0,1,Yes,Private,Urban,1,36,6,smokes,1", "has 13 cells, the header 12")]
    public void A_bad_row_is_rejected_with_its_line_and_reason_and_the_next_is_read(string bad, string reason)
    {
        var rows = Read($"{Header}\n{Good}\n{bad}\n{Good}\n");
        Assert.Equal(new CsvRow(3, null, null, reason), rows[1]);
        Assert.Equal([2, 3, 4], rows.Select(r => r.Line));
        Assert.NotNull(rows[2].Details);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Line_ends_byte_order_mark_quotes_blanks_and_case_do_not_matter(string end)
    {
        var text = '\uFEFF' + Header.ToUpperInvariant() + end + "\"9046\", male ,\"67\",0,1,YES,private, uRBAN ,228.69,36.6,\"Formerly Smoked\",1" + end;
        var plain = Assert.Single(Read($"{Header}\n{Good}\n"));
        Assert.Equal(plain, Assert.Single(Read(text)));
        using var bytes = new StreamReader(new MemoryStream([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text[1..])]));
        Assert.Equal(plain, Assert.Single(KaggleCsv.Read(bytes)));
    }

    [Fact]
    public void Columns_may_come_in_any_order_and_more_of_them()
    {
        var row = Assert.Single(Read("stroke,note," + Header[..^7] + "\n1,\"a, \"\"quoted\"\" note\"," + Good[..^2] + "\n"));
        Assert.Equal(Assert.Single(Read($"{Header}\n{Good}\n")).Details, row.Details);
    }

    [Fact]
    public void A_missing_column_and_an_empty_file_are_refused_by_name()
    {
        Assert.Contains("bmi, smoking_status", Assert.Throws<InvalidDataException>(() => Read(Header.Replace(",bmi,smoking_status", "", StringComparison.Ordinal) + "\n")).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<InvalidDataException>(() => Read("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_without_rows_is_a_file_of_no_rows() => Assert.Empty(Read(Header + "\n"));

    [Fact]
    public void Rows_are_counted_as_they_are_read_good_or_not() =>
        Assert.Equal(3, KaggleCsv.Count(new StringReader($"{Header}\n{Good}\n\nbad\n{Good}\n")));

    private static List<CsvRow> Read(string text) => [.. KaggleCsv.Read(new StringReader(text))];
}

public sealed class SpellingTests
{
    [Theory]
    [InlineData("formerly smoked", SmokingStatus.FormerlySmoked)]
    [InlineData(" Formerly Smoked ", SmokingStatus.FormerlySmoked)]
    [InlineData("NEVER SMOKED", SmokingStatus.NeverSmoked)]
    [InlineData("unknown", SmokingStatus.Unknown)]
    public void Case_and_outer_blanks_do_not_matter(string text, SmokingStatus expected)
    {
        Assert.True(Spelling.TryParse<SmokingStatus>(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("Govt_job")]
    [InlineData("govt_jov")]
    public void The_misspelling_of_the_data_sets_own_description_is_understood(string text)
    {
        Assert.True(Spelling.TryParse<WorkType>(text, out var value));
        Assert.Equal("Govt_job", Spelling.Of(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("SelfEmployed")]
    [InlineData("Private,children")]
    public void Numbers_code_names_and_lists_are_no_spelling(string? text) => Assert.False(Spelling.TryParse<WorkType>(text, out _));

    [Fact]
    public void Every_value_has_one_spelling_that_reads_back()
    {
        AllReadBack<Gender>("Male", "Female", "Other");
        AllReadBack<WorkType>("Private", "Self-employed", "Govt_job", "children", "Never_worked");
        AllReadBack<ResidenceType>("Urban", "Rural");
        AllReadBack<SmokingStatus>("never smoked", "formerly smoked", "smokes", "Unknown");
    }

    private static void AllReadBack<T>(params string[] spellings)
        where T : struct, Enum
    {
        Assert.Equal(spellings, Spelling.All<T>());
        Assert.All(Enum.GetValues<T>(), value => Assert.True(Spelling.TryParse<T>(Spelling.Of(value), out var read) && read.Equals(value)));
    }
}
