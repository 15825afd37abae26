using System.Text.Json;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Risk;

/// <summary>The report is stored and sent as JSON: its names are a contract, and nothing may be lost on the way back.</summary>
public sealed class RiskReportTests
{
    private static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly RiskInputs Complete = new()
    {
        Age = 65,
        Sex = Sex.Male,
        Hypertension = true,
        HeartDisease = false,
        AverageGlucose = 228.69,
        SystolicBloodPressure = 150,
        BloodPressureTreated = true,
        Diabetes = true,
        AtrialFibrillation = false,
        PriorCvd = false,
        Smokes = false,
    };

    [Fact]
    public void A_report_comes_back_from_json_as_it_went()
    {
        RiskInputs[] everyKind = [Complete, new(), Complete with { PriorStroke = true, Age = 120 }, Complete with { Age = 9 }];

        Assert.All(everyKind, inputs =>
        {
            var json = JsonSerializer.Serialize(Report(inputs), Wire);
            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<RiskReport>(json, Wire), Wire));
        });
    }

    [Fact]
    public void Its_json_has_the_contracts_names()
    {
        var json = JsonSerializer.SerializeToElement(Report(Complete), Wire);
        var demonstration = json.GetProperty("demonstration");

        Assert.Equal(
            [
                "level", "probability", "ci95", "percentile", "percentile_same_sex_and_age", "same_age_reference", "times_reference", "relative_index",
                "contributions", "flags", "missing", "reason", "text", "notice", "model", "coefficients_hash", "inputs_hash", "at",
            ],
            Names(demonstration));
        Assert.Equal(["factor", "value", "logit", "odds_multiplier", "odds_ci95"], Names(demonstration.GetProperty("contributions")[0]));
        Assert.Equal(
            ["id", "name", "applicable", "why_not", "missing", "points", "probability", "bound", "display", "horizon", "citation", "note"],
            Names(json.GetProperty("published")[0]));
        Assert.Equal("high", demonstration.GetProperty("level").GetString());
        Assert.Equal("exact", json.GetProperty("published")[0].GetProperty("bound").GetString());
    }

    [Fact]
    public void The_example_record_has_the_documented_answers_side_by_side()
    {
        var report = Report(Complete);

        Assert.Equal(["13 %", "11 %"], report.Published.Select(score => score.Display));
        Assert.Equal(.161, report.Demonstration.Probability!.Value, 3);
    }

    private static RiskReport Report(RiskInputs inputs) =>
        RiskReport.For(inputs, Core4Model.Shipped, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
