using System.Text.Json;
using StrokeCare.Patients;

namespace StrokeCare.Tests.Patients;

public sealed class PatientRulesTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);
    private static readonly PatientDetails Least = new() { Gender = Gender.Female, Age = 61 };

    public static TheoryData<string, PatientDetails, bool> Limits => new()
    {
        { "age", Least with { Age = 0 }, true },
        { "age", Least with { Age = 120 }, true },
        { "age", Least with { Age = -0.01 }, false },
        { "age", Least with { Age = 120.01 }, false },
        { "age", Least with { Age = double.NaN }, false },
        { "age", Least with { Age = double.PositiveInfinity }, false },
        { "age", Least with { Age = null }, false },
        { "gender", Least with { Gender = null }, false },
        { "bmi", Least with { Bmi = 5 }, true },
        { "bmi", Least with { Bmi = 150 }, true },
        { "bmi", Least with { Bmi = 4.99 }, false },
        { "bmi", Least with { Bmi = 150.01 }, false },
        { "avg_glucose_level", Least with { AvgGlucoseLevel = 0.01 }, true },
        { "avg_glucose_level", Least with { AvgGlucoseLevel = PatientRules.Glucose.Most }, true },
        { "avg_glucose_level", Least with { AvgGlucoseLevel = 0 }, false },
        { "avg_glucose_level", Least with { AvgGlucoseLevel = 2000.01 }, false },
        { "sbp", Least with { Sbp = 40 }, true },
        { "sbp", Least with { Sbp = 350 }, true },
        { "sbp", Least with { Sbp = 39.9 }, false },
        { "sbp", Least with { Sbp = 351 }, false },
        { "mrn", Least with { Mrn = new string('x', PatientRules.MrnMaxLength) }, true },
        { "mrn", Least with { Mrn = new string('x', PatientRules.MrnMaxLength + 1) }, false },
        { "first_name", Least with { FirstName = new string('x', PatientRules.NameMaxLength) }, true },
        { "first_name", Least with { FirstName = new string('x', PatientRules.NameMaxLength + 1) }, false },
        { "last_name", Least with { LastName = new string('x', PatientRules.NameMaxLength + 1) }, false },
        { "phone", Least with { Phone = new string('1', PatientRules.PhoneMaxLength) }, true },
        { "phone", Least with { Phone = new string('1', PatientRules.PhoneMaxLength + 1) }, false },
        { "email", Least with { Email = "a@b" }, true },
        { "email", Least with { Email = "ab" }, false },
        { "email", Least with { Email = "@" + new string('b', PatientRules.EmailMaxLength) }, false },
        { "date_of_birth", Least with { Age = null, DateOfBirth = Today }, true },
        { "date_of_birth", Least with { Age = null, DateOfBirth = Today.AddDays(1) }, false },
        { "date_of_birth", Least with { Age = null, DateOfBirth = Today.AddYears(-120) }, true },
        { "date_of_birth", Least with { Age = null, DateOfBirth = Today.AddYears(-121) }, false },
        { "date_of_birth", Least with { Age = null, DateOfBirth = default(DateOnly) }, false },
        { "age", Least with { DateOfBirth = new DateOnly(1965, 3, 2) }, true },
        { "age", Least with { DateOfBirth = new DateOnly(1964, 3, 1) }, true },
        { "age", Least with { DateOfBirth = new DateOnly(1963, 3, 2) }, true },
        { "age", Least with { DateOfBirth = new DateOnly(1963, 3, 1) }, false },
        { "age", Least with { DateOfBirth = new DateOnly(1967, 3, 1) }, false },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Limits_hold_to_the_last_unit_and_the_fault_names_its_field(string field, PatientDetails details, bool accepted)
    {
        var check = PatientRules.Check(details, Today);
        Assert.Equal(accepted, check.Succeeded);
        if (!accepted) Assert.Equal([field], check.Error!.Fields.Keys);
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var check = PatientRules.Check(new PatientDetails { Gender = null, Bmi = 1, Sbp = 1, Email = "x", Mrn = new string('x', 51) }, Today);
        Assert.Equal(["age", "bmi", "email", "gender", "mrn", "sbp"], check.Error!.Fields.Keys.Order());
        Assert.Equal("input.invalid", check.Error.Code);
    }

    [Fact]
    public void Text_is_scrubbed_and_trimmed_before_it_is_measured_and_blank_text_is_none()
    {
        var check = PatientRules.Check(Least with { Mrn = $"  {new string('x', 50)}\0 ", FirstName = " \0 ", LastName = " O'Brien\uD83D " }, Today);
        Assert.True(check.Succeeded);
        Assert.Equal((new string('x', 50), null, "O'Brien"), (check.Value.Mrn, check.Value.FirstName, check.Value.LastName));
    }

    [Fact]
    public void Extra_keeps_text_numbers_and_yes_no()
    {
        var check = PatientRules.Check(Least with { Extra = Extra("""{"ward":" 7b ","beds":2.5,"vip":true,"none":false}""") }, Today);
        Assert.True(check.Succeeded);
        Assert.Equal(["beds", "none", "vip", "ward"], check.Value.Extra!.Keys.Order());
        Assert.Equal("7b", check.Value.Extra["ward"].GetString());
        Assert.Equal("2.5", check.Value.Extra["beds"].GetRawText());
    }

    [Theory]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":{"$ne":null}}""")]
    [InlineData("""{"a":[1]}""")]
    [InlineData("""{"a":1e400}""")]
    [InlineData("""{"a":"\ud83d"}""")]
    [InlineData("""{"a":"x\ude00y"}""")]
    [InlineData("""{"$where":"1"}""")]
    [InlineData("""{"a.b":1}""")]
    [InlineData("""{"":1}""")]
    [InlineData("""{" a":1}""")]
    [InlineData("""{"a\u0000":1}""")]
    public void Extra_refuses_what_a_store_could_take_for_more_than_a_value(string json)
    {
        var check = PatientRules.Check(Least with { Extra = Extra(json) }, Today);
        Assert.Equal(["extra"], check.Error!.Fields.Keys);
    }

    [Fact]
    public void Extra_holds_50_keys_of_100_characters_with_values_of_1000_and_not_one_more()
    {
        Dictionary<string, JsonElement> Of(int keys, int keyLength, int valueLength) => Enumerable.Range(10, keys)
            .ToDictionary(i => $"{i}".PadRight(keyLength, 'k'), _ => JsonSerializer.SerializeToElement(new string('v', valueLength)), StringComparer.Ordinal);
        Assert.True(PatientRules.Check(Least with { Extra = Of(50, 100, 1000) }, Today).Succeeded);
        Assert.False(PatientRules.Check(Least with { Extra = Of(51, 100, 1000) }, Today).Succeeded);
        Assert.False(PatientRules.Check(Least with { Extra = Of(50, 101, 1000) }, Today).Succeeded);
        Assert.False(PatientRules.Check(Least with { Extra = Of(50, 100, 1001) }, Today).Succeeded);
    }

    [Theory]
    [InlineData("1965-03-01", 61)]
    [InlineData("1965-03-02", 60)]
    [InlineData("2026-03-01", 0)]
    [InlineData("2024-02-29", 2)]
    public void Age_counts_whole_years_by_the_birthday(string birth, int years) =>
        Assert.Equal(years, Math.Floor(PatientRules.AgeOn(DateOnly.Parse(birth), Today)));

    [Fact]
    public void Age_never_falls_from_one_day_to_the_next()
    {
        foreach (var birth in new[] { new DateOnly(2000, 2, 29), new DateOnly(1999, 12, 31), new DateOnly(1960, 3, 1) })
        {
            var last = 0.0;
            for (var day = birth; day < birth.AddYears(9); day = day.AddDays(1))
            {
                var age = PatientRules.AgeOn(birth, day);
                Assert.True(age >= last, $"born {birth:O}, on {day:O}: {age} after {last}");
                last = age;
            }
        }
    }

    private static Dictionary<string, JsonElement> Extra(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject()
        .ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
}
