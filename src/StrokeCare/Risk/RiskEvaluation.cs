using System.Globalization;
using System.Text;

namespace StrokeCare.Risk;

/// <summary>What <see cref="EvaluateRisk"/> found. Levels, groups and calibration are out of fold, from the first repeat.</summary>
public sealed record RiskEvaluation
{
    public required string Model { get; init; }
    public required string CoefficientsHash { get; init; }
    public required string DataSha256 { get; init; }

    /// <summary>True when the model was fitted on these very bytes: then <see cref="AsGiven"/> flatters it.</summary>
    public required bool IsTrainingFile { get; init; }

    public required int People { get; init; }
    public required int Strokes { get; init; }

    /// <summary>The model as it is, on every record of the file.</summary>
    public required Performance AsGiven { get; init; }

    public required CrossValidation CrossValidated { get; init; }
    public required IReadOnlyList<EvaluatedGroup> Levels { get; init; }
    public required IReadOnlyList<EvaluatedGroup> Groups { get; init; }
    public required IReadOnlyList<CalibrationBin> Calibration { get; init; }

    /// <summary>The whole evaluation for a terminal, numbers as they belong in a model card.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line(text, $"model {Model}, coefficients {CoefficientsHash[..12]}");
        Line(text, $"data sha256 {DataSha256}");
        Line(text, $"{People} records, {Strokes} labelled stroke ({(double)Strokes / People:P2})");
        Line(text, $"");
        Line(text, $"{"",-30}{(IsTrainingFile ? "apparent" : "as given"),10}{"cross-validated",18}{"SD",9}");
        foreach (var (name, metric) in Metrics)
            Line(text, $"{name,-30}{metric(AsGiven),10:F4}{metric(CrossValidated.Mean),18:F4}{metric(CrossValidated.StandardDeviation),9:F4}");
        Line(text, $"cross-validated: {CrossValidated.Repeats} x stratified {CrossValidated.Folds}-fold, refitted, seeds from {CrossValidated.FirstSeed}; no resampling");
        AppendTable(text, "level", Levels);
        AppendTable(text, "group", Groups);
        Line(text, $"");
        Line(text, $"{"tenth",-26}{"people",8}{"strokes",9}{"observed",11}{"predicted",11}");
        foreach (var (index, bin) in Calibration.Index())
            Line(text, $"{index + 1,-26}{bin.People,8}{bin.Strokes,9}{bin.Observed,11:P1}{bin.Predicted,11:P1}");
        Line(text, $"levels, groups and tenths: out of fold, first repeat");
        Line(text, $"{RiskAssessment.DemonstrationNotice}");
        return text.ToString();
    }

    private static readonly (string Name, Func<Performance, double> Of)[] Metrics =
    [
        ("AUROC", p => p.Auroc),
        ("AUROC standard error", p => p.AurocStandardError),
        ("AUPRC", p => p.Auprc),
        ("Brier", p => p.Brier),
        ("calibration intercept", p => p.CalibrationIntercept),
        ("calibration slope", p => p.CalibrationSlope),
        ("ECE, ten equal bins", p => p.Ece10),
        ("observed / expected", p => p.ObservedToExpected),
    ];

    private static void AppendTable(StringBuilder text, string title, IReadOnlyList<EvaluatedGroup> groups)
    {
        Line(text, $"");
        Line(text, $"{title,-26}{"people",8}{"strokes",9}{"observed",11}{"predicted",11}{"O/E",7}{"AUROC",8}{"SE",7}");
        foreach (var group in groups)
            Line(text, $"{group.Name,-26}{group.People,8}{group.Strokes,9}{group.Observed,11:P1}{group.Predicted,11:P1}{group.ObservedToExpected,7:F2}{group.Auroc,8:F3}{group.AurocStandardError,7:F3}");
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}

/// <summary>The mean and spread over repeats; each repeat pools the out-of-fold probabilities of all records.</summary>
public sealed record CrossValidation
{
    public required int Folds { get; init; }
    public required int Repeats { get; init; }
    public required int FirstSeed { get; init; }
    public required Performance Mean { get; init; }
    public required Performance StandardDeviation { get; init; }
}

/// <summary>Some of the records: a level, a sex, an age band.</summary>
public sealed record EvaluatedGroup
{
    public required string Name { get; init; }
    public required int People { get; init; }
    public required int Strokes { get; init; }

    /// <summary>Mean predicted probability.</summary>
    public required double Predicted { get; init; }

    public double Observed => People == 0 ? 0 : (double)Strokes / People;

    /// <summary>Null when nothing was expected.</summary>
    public double? ObservedToExpected => Predicted == 0 ? null : Observed / Predicted;

    /// <summary>Ranking within the group; null when the group is all of one kind.</summary>
    public double? Auroc { get; init; }

    public double? AurocStandardError { get; init; }
}
