using System.Text;
using StrokeCare.Patients;

namespace StrokeCare.Tests.Patients;

public sealed class KaggleFileTests
{
    private const string Header = "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke";
    private const string Good = "9046,Male,67,0,1,Yes,Private,Urban,228.69,36.6,formerly smoked,1";

    [Theory]
    [InlineData("", "is empty.")]
    [InlineData("\n\n", "is empty.")]
    [InlineData("name;age\nMary Jones;71\n", "lacks in line 1: id, gender, age, hypertension, heart_disease, ever_married, work_type, Residence_type, avg_glucose_level, bmi, smoking_status, stroke.")]
    [InlineData($"{Header}\n{Good}\nMary\0Jones\n", "is no text in line 3, at character 5. Save it as CSV in UTF-8.")]
    [InlineData("PK\u0003\u0004", "is no text in line 1, at character 3. Save it as CSV in UTF-8.")]
    public void What_cannot_be_read_is_refused_by_line_and_without_a_word_of_it(string content, string fault)
    {
        var opened = KaggleFile.Open(Bytes(content));
        Assert.Equal(fault, Assert.Single(opened.Error!.Fields["file"]));
    }

    [Fact]
    public void A_line_of_a_megabyte_is_refused() =>
        Assert.Equal("has more than 10,000 characters in line 3.", FaultOf($"{Header}\n{Good}\n{new string('1', 1024 * 1024)}\n"));

    [Fact]
    public void A_quotation_mark_without_its_second_is_not_taken_for_one_long_cell() =>
        Assert.StartsWith("has a cell of more than 10,000 characters in line 3 or soon after it.", FaultOf($"{Header}\n{Good}\n\"{string.Concat(Enumerable.Repeat(Good + "\n", 1000))}"));

    [Fact]
    public void Letters_of_another_encoding_are_refused()
    {
        using var file = new MemoryStream(Encoding.Latin1.GetBytes($"{Header}\n{Good[..^1]}é\n"));
        Assert.Equal("is no text in line 2, at character 64. Save it as CSV in UTF-8.", Assert.Single(KaggleFile.Open(file).Error!.Fields["file"]));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_good_file_says_how_many_rows_it_has_and_is_read_as_often_as_asked(string end)
    {
        var file = KaggleFile.Open(new MemoryStream([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes($"{Header}{end}{Good}{end}{Good}{end}")])).Value!;
        Assert.Equal(2, file.Rows);
        for (var turn = 0; turn < 2; turn++) Assert.Equal([2, 3], file.Read().Select(row => row.Line));
    }

    private static string FaultOf(string content) => Assert.Single(KaggleFile.Open(Bytes(content)).Error!.Fields["file"]);

    private static MemoryStream Bytes(string content) => new(Encoding.UTF8.GetBytes(content));
}
