using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using StrokeCare.Risk;
using StrokeCare.Tests.Architecture;

namespace StrokeCare.Tests.Risk;

public sealed class Core4ModelTests
{
    [Fact]
    public void The_shipped_model_says_what_it_was_trained_on()
    {
        var model = Core4Model.Shipped;

        Assert.Equal("core4-v1", model.Id);
        Assert.Equal("3498ca0755a1d01321fcbf7e0114a3641eb8622a46e1646add183642511f10c9", model.Training.Sha256);
        Assert.Equal((4088, 199), (model.Training.Rows, model.Training.Events));
        Assert.InRange(model.Metrics!.CrossValidated.Mean.Auroc, .84, .85);
    }

    [Fact]
    public void The_shipped_standard_errors_are_the_documented_ones() =>
        Assert.Equal([.0583, .1836, .2121, .0643], Enumerable.Range(1, 4).Select(i => Math.Round(Math.Sqrt(Core4Model.Shipped.Covariance[i][i]), 4)));

    [Fact]
    public void The_model_card_prints_this_models_numbers()
    {
        var card = Source.Read("docs/model-card.md");
        var model = Core4Model.Shipped;
        var (mean, apparent) = (model.Metrics!.CrossValidated.Mean, model.Metrics.Apparent);
        string[] printed =
        [
            .. model.Coefficients.Select(c => Math.Abs(c).ToString("F6", CultureInfo.InvariantCulture)),
            string.Create(CultureInfo.InvariantCulture, $"{model.Training.Rows:N0} rows, {model.Training.Events} labelled"),
            model.Training.Sha256[..8],
            string.Create(CultureInfo.InvariantCulture, $"AUROC | {mean.Auroc:#.000} "),
            string.Create(CultureInfo.InvariantCulture, $"95 % CI {mean.Auroc - 1.96 * mean.AurocStandardError:#.000} to {mean.Auroc + 1.96 * mean.AurocStandardError:#.000}"),
            string.Create(CultureInfo.InvariantCulture, $"| {apparent.Auroc:#.000} |"),
            string.Create(CultureInfo.InvariantCulture, $"Brier | {mean.Brier:#.0000} "),
            string.Create(CultureInfo.InvariantCulture, $"| {mean.CalibrationIntercept:F3} / {mean.CalibrationSlope:F2} |"),
        ];

        Assert.All(printed, number => Assert.Contains(number, card));
    }

    [Fact]
    public void A_written_model_reads_back_the_same()
    {
        var json = Core4Model.Shipped.ToJson();
        var read = Load(json);

        Assert.Equal(json, read.ToJson());
        Assert.Equal(Core4Model.Shipped.CoefficientsHash, read.CoefficientsHash);
    }

    [Theory]
    [InlineData("coefficients.2")]
    [InlineData("covariance.0.0")]
    [InlineData("clamp.age.1")]
    [InlineData("clamp.average_glucose.0")]
    public void Any_number_that_scores_changes_the_hash(string path)
    {
        var changed = Load(Edit(path, node => JsonValue.Create(node!.GetValue<double>() + .001)));

        Assert.NotEqual(Core4Model.Shipped.CoefficientsHash, changed.CoefficientsHash);
    }

    [Theory]
    [InlineData("coefficients", "[1, 2, 3, 4]")]
    [InlineData("coefficients", "[1, 2, 3, 4, 1e999]")]
    [InlineData("coefficients", "[1, 2, 3, 4, \"5\"]")]
    [InlineData("coefficients", "7")]
    [InlineData("covariance.4", "[1, 2]")]
    [InlineData("terms.0", "\"age\"")]
    [InlineData("clamp.age", "[1]")]
    [InlineData("clamp.age", "[82, 0.16]")]
    [InlineData("percentiles.overall", "[0.1]")]
    [InlineData("percentiles.groups.0.quantiles.50", "0")]
    [InlineData("training", "null")]
    [InlineData("bias", "1")]
    public void A_damaged_model_is_refused(string path, string value) =>
        Assert.Throws<InvalidDataException>(() => Load(Edit(path, _ => value == "[1, 2, 3, 4, 1e999]" ? null : JsonNode.Parse(value), value)));

    [Fact]
    public void What_is_not_json_is_refused() => Assert.Throws<InvalidDataException>(() => Load("no model"));

    private static Core4Model Load(string json) => Core4Model.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    /// <summary>The shipped file with one place replaced; a value JSON nodes cannot hold is put in as text.</summary>
    private static string Edit(string path, Func<JsonNode?, JsonNode?> change, string raw = "")
    {
        var root = JsonNode.Parse(Core4Model.Shipped.ToJson())!;
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(root, (node, step) => (node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : node[step])!);
        if (parent is JsonArray array)
            array[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = change(array[int.Parse(steps[^1], CultureInfo.InvariantCulture)]);
        else
            parent[steps[^1]] = change(parent[steps[^1]]) ?? JsonValue.Create("@");
        return root.ToJsonString().Replace("\"@\"", raw, StringComparison.Ordinal);
    }
}
