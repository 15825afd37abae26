using System.Text;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

public sealed class TrainingRowsTests
{
    private const string Header = "gender,age,hypertension,heart_disease,avg_glucose_level,stroke";

    [Fact]
    public void Columns_are_found_by_name_in_any_order_case_and_line_ending()
    {
        var rows = Read("﻿Stroke, AGE,note,Heart_Disease,hypertension,avg_glucose_level,Gender\r\n1,0.08,x,0,1,228.69,male\r\n0,82,,1,0,55.12,Other\r\n").Rows;

        Assert.Equal(
            [
                new() { Stroke = true, Age = .08, HeartDisease = false, Hypertension = true, AverageGlucose = 228.69, Sex = Sex.Male },
                new() { Stroke = false, Age = 82, HeartDisease = true, Hypertension = false, AverageGlucose = 55.12, Sex = Sex.Other },
            ],
            rows);
    }

    [Fact]
    public void The_hash_is_of_the_very_bytes() =>
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Header + "\n"))),
            Read(Header + "\n").Sha256);

    [Theory]
    [InlineData("Male,50,0,0,100", "5 fields where the header has 6")]
    [InlineData("Male,50,0,0,100,0,7", "7 fields where the header has 6")]
    [InlineData("", "1 fields where the header has 6")]
    [InlineData("\"Male\",50,0,0,100,0", "quoted fields")]
    [InlineData("Man,50,0,0,100,0", "gender 'Man'")]
    [InlineData(",50,0,0,100,0", "gender ''")]
    [InlineData("1,50,0,0,100,0", "gender '1'")]
    [InlineData("Male,N/A,0,0,100,0", "age 'N/A'")]
    [InlineData("Male,-1,0,0,100,0", "age '-1'")]
    [InlineData("Male,121,0,0,100,0", "age '121'")]
    [InlineData("Male,NaN,0,0,100,0", "age 'NaN'")]
    [InlineData("Male,50,yes,0,100,0", "hypertension 'yes'")]
    [InlineData("Male,50,0,2,100,0", "heart_disease '2'")]
    [InlineData("Male,50,0,0,0,0", "avg_glucose_level '0'")]
    [InlineData("Male,50,0,0,1e999,0", "avg_glucose_level '1e999'")]
    [InlineData("Male,50,0,0,100,", "stroke ''")]
    public void A_bad_line_is_named_and_stops_the_file(string line, string problem)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read($"{Header}\nMale,50,0,0,100,0\n{line}\nMale,50,0,0,100,0\n"));

        Assert.StartsWith($"line 3: {problem}", refused.Message);
        Assert.DoesNotContain("line 4", refused.Message);
    }

    [Fact]
    public void At_most_twenty_bad_lines_are_named()
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(Header + "\n" + string.Concat(Enumerable.Repeat("x\n", 50))));

        Assert.Equal(20, refused.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("", "line 1: the header lacks gender, age, hypertension, heart_disease, avg_glucose_level, stroke")]
    [InlineData("gender,age,hypertension,heart_disease,avg_glucose_level\n", "line 1: the header lacks stroke")]
    [InlineData(Header + ",age\n", "line 1: a column name appears twice")]
    public void A_header_that_cannot_be_trusted_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    private static TrainingRows Read(string text) => TrainingRows.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
