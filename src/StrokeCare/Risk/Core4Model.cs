using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrokeCare.Risk;

/// <summary>
/// The demonstration model: logit p = intercept + age/10 + hypertension + heart disease + (glucose - 100)/50, each times its coefficient.
/// Its file is written by <see cref="TrainRisk"/> and never edited; <see cref="Shipped"/> is the one embedded in this assembly.
/// The probability is that of carrying the label "stroke" in the training file: it has no time horizon and is no forecast.
/// </summary>
public sealed class Core4Model
{
    /// <summary>The age-specific reference record has neither condition and this average glucose, mg/dL.</summary>
    public const double ReferenceGlucose = 100;

    /// <summary>The terms in the order of the coefficients.</summary>
    public static readonly ImmutableArray<string> TermNames =
        ["intercept", "age_per_10_years", "hypertension", "heart_disease", "glucose_minus_100_per_50_mg_dl"];

    private static readonly Lazy<Core4Model> Embedded = new(LoadShipped);

    private string? _hash;

    /// <summary>The model in core4-v1.json. Loaded once; a damaged file throws <see cref="InvalidDataException"/>.</summary>
    public static Core4Model Shipped => Embedded.Value;

    public required string Id { get; init; }
    public required ImmutableArray<string> Terms { get; init; }
    public required ImmutableArray<double> Coefficients { get; init; }
    public required ImmutableArray<ImmutableArray<double>> Covariance { get; init; }
    public required ClampRanges Clamp { get; init; }
    public required TrainingSource Training { get; init; }
    public required PercentileTables Percentiles { get; init; }

    /// <summary>How the model did on its own training file; null only while it is being trained.</summary>
    public ModelMetrics? Metrics { get; init; }

    /// <summary>SHA-256 (lower-case hex) of all that turns inputs into number and interval: coefficients, covariance, clamp ranges.</summary>
    [JsonIgnore]
    public string CoefficientsHash => _hash ??= ComputeHash();

    /// <summary>The probability for one record; age in years and glucose in mg/dL are first clamped to the training range.</summary>
    public double Probability(double age, bool hypertension, bool heartDisease, double glucose) =>
        Logistic.Probability(Logit(TermValues(Clamp.OfAge(age), hypertension, heartDisease, Clamp.OfGlucose(glucose))));

    /// <summary>Reads a model file; throws <see cref="InvalidDataException"/> when it is not a whole, finite core4 model.</summary>
    public static Core4Model Load(Stream json)
    {
        Core4Model model;
        try
        {
            model = JsonSerializer.Deserialize<Core4Model>(json, ModelJson.Options)
                ?? throw new InvalidDataException("The model file is empty.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"The model file cannot be read: {broken.Message}", broken);
        }

        model.CheckWhole();
        return model;
    }

    public string ToJson() => JsonSerializer.Serialize(this, ModelJson.Options) + "\n";

    internal static double[] TermValues(double age, bool hypertension, bool heartDisease, double glucose) =>
        [1, age / 10, hypertension ? 1 : 0, heartDisease ? 1 : 0, (glucose - ReferenceGlucose) / 50];

    internal double Logit(ReadOnlySpan<double> terms)
    {
        var sum = 0.0;
        for (var i = 0; i < terms.Length; i++)
            sum += terms[i] * Coefficients[i];
        return sum;
    }

    /// <summary>Standard error of the linear combination that these terms form.</summary>
    internal double StandardError(ReadOnlySpan<double> terms)
    {
        var variance = 0.0;
        for (var i = 0; i < terms.Length; i++)
            for (var j = 0; j < terms.Length; j++)
                variance += terms[i] * Covariance[i][j] * terms[j];
        return Math.Sqrt(variance);
    }

    private static Core4Model LoadShipped()
    {
        const string name = "StrokeCare.Risk.core4-v1.json";
        using var stream = typeof(Core4Model).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"The model file {name} is not embedded in this build.");
        return Load(stream);
    }

    private void CheckWhole()
    {
        var size = TermNames.Length;
        if (!Terms.SequenceEqual(TermNames))
            throw new InvalidDataException($"The model's terms must be {string.Join(", ", TermNames)}.");
        if (Coefficients.Length != size || Covariance.Length != size || Covariance.Any(row => row.Length != size))
            throw new InvalidDataException($"The model needs {size} coefficients and a {size} x {size} covariance.");
        if (!Coefficients.Concat(Covariance.SelectMany(row => row)).All(double.IsFinite))
            throw new InvalidDataException("The model holds a number that is not finite.");
        if (!ClampRanges.IsRange(Clamp.Age) || !ClampRanges.IsRange(Clamp.AverageGlucose))
            throw new InvalidDataException("A clamp range is two numbers, lowest and highest.");
        Percentiles.CheckWhole();
    }

    private string ComputeHash()
    {
        var text = new StringBuilder(Id);
        foreach (var numbers in (ImmutableArray<double>[])[Coefficients, .. Covariance, Clamp.Age, Clamp.AverageGlucose])
            text.Append('\n').AppendJoin(' ', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>Lowest and highest value seen in training: outside them the model knows nothing and answers for the edge.</summary>
public sealed record ClampRanges
{
    /// <summary>Years.</summary>
    public required ImmutableArray<double> Age { get; init; }

    /// <summary>mg/dL.</summary>
    public required ImmutableArray<double> AverageGlucose { get; init; }

    internal static bool IsRange(ImmutableArray<double> range) => range.Length == 2 && double.IsFinite(range[1] - range[0]) && range[0] <= range[1];

    public double OfAge(double age) => Math.Clamp(age, Age[0], Age[1]);

    public double OfGlucose(double glucose) => Math.Clamp(glucose, AverageGlucose[0], AverageGlucose[1]);
}

/// <summary>Which file the model was fitted on, and how much it held.</summary>
public sealed record TrainingSource
{
    /// <summary>SHA-256 of the file's bytes, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required int Rows { get; init; }
    public required int Events { get; init; }
}

public sealed record ModelMetrics
{
    /// <summary>The model on the rows it was fitted on: flattering by construction.</summary>
    public required Performance Apparent { get; init; }

    public required CrossValidation CrossValidated { get; init; }
}
