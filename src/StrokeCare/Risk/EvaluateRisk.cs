using System.Globalization;

namespace StrokeCare.Risk;

/// <summary>
/// Measures a model on a labelled file twice: as it is, and refitted under repeated stratified cross-validation, where every record is
/// scored by a model that has not seen it. Nothing is resampled or balanced, and the seeds are fixed, so two runs print the same.
/// </summary>
public static class EvaluateRisk
{
    public const int Folds = 5;
    public const int Repeats = 10;
    public const int FirstSeed = 1000;

    /// <summary>Reads the CSV and evaluates. Throws <see cref="InvalidDataException"/> as <see cref="TrainRisk.Run"/> does.</summary>
    public static RiskEvaluation Run(Stream csv, Core4Model model) => Run(TrainingRows.Read(csv), model);

    internal static RiskEvaluation Run(TrainingRows data, Core4Model model)
    {
        if (data.Events < Folds || data.Rows.Count - data.Events < Folds)
            throw new InvalidDataException($"An evaluation needs at least {Folds} records with and {Folds} without the label.");
        bool[] outcomes = [.. data.Rows.Select(row => row.Stroke)];
        double[] asGiven = [.. data.Rows.Select(row => model.Probability(row.Age, row.Hypertension, row.HeartDisease, row.AverageGlucose))];
        var repeats = Enumerable.Range(0, Repeats).Select(repeat => OutOfFold(data.Rows, FirstSeed + repeat)).ToArray();
        var runs = repeats.Select(probabilities => Performance.Of(probabilities, outcomes)).ToArray();
        return new()
        {
            Model = model.Id,
            CoefficientsHash = model.CoefficientsHash,
            DataSha256 = data.Sha256,
            IsTrainingFile = data.Sha256 == model.Training.Sha256,
            People = outcomes.Length,
            Strokes = data.Events,
            AsGiven = Performance.Of(asGiven, outcomes),
            CrossValidated = new()
            {
                Folds = Folds,
                Repeats = Repeats,
                FirstSeed = FirstSeed,
                Mean = Performance.Combine(runs, values => values.Average()),
                StandardDeviation = Performance.Combine(runs, StandardDeviation),
            },
            Levels = Levels(data.Rows, repeats[0]),
            Groups = Groups(data.Rows, repeats[0]),
            Calibration = CalibrationBin.Ten(repeats[0], outcomes),
        };
    }

    /// <summary>Every record's probability from the model fitted on the other folds.</summary>
    private static double[] OutOfFold(IReadOnlyList<TrainingRow> rows, int seed)
    {
        var fold = StratifiedFolds(rows, seed);
        var probabilities = new double[rows.Count];
        for (var held = 0; held < Folds; held++)
        {
            var fit = Core4Trainer.Fit([.. rows.Where((_, i) => fold[i] != held)]);
            for (var i = 0; i < rows.Count; i++)
                if (fold[i] == held)
                    probabilities[i] = Core4Trainer.Probability(rows[i], fit.Coefficients);
        }

        return probabilities;
    }

    /// <summary>Deals labelled and unlabelled records separately, so that each fold has its share; the file may be sorted by outcome.</summary>
    private static int[] StratifiedFolds(IReadOnlyList<TrainingRow> rows, int seed)
    {
        var fold = new int[rows.Count];
        var random = new SplitMix64((ulong)seed);
        foreach (var label in (bool[])[true, false])
        {
            var members = Enumerable.Range(0, rows.Count).Where(i => rows[i].Stroke == label).ToArray();
            for (var last = members.Length - 1; last > 0; last--)
            {
                var other = (int)(random.Next() % (ulong)(last + 1));
                (members[last], members[other]) = (members[other], members[last]);
            }

            for (var place = 0; place < members.Length; place++)
                fold[members[place]] = place % Folds;
        }

        return fold;
    }

    private static EvaluatedGroup[] Levels(IReadOnlyList<TrainingRow> rows, double[] probabilities) =>
    [
        .. Enum.GetValues<RiskLevel>().Select(level => Group(
            level is RiskLevel.NotAssessed ? "not_assessed (under 18)" : level.ToWire(),
            rows,
            probabilities,
            i => level == (rows[i].Age < RiskAssessment.YoungestAge ? RiskLevel.NotAssessed : RiskLevels.Of(probabilities[i])))
            // Ranking within a slice cut by the ranking itself means nothing.
            with { Auroc = null, AurocStandardError = null }),
    ];

    private static EvaluatedGroup[] Groups(IReadOnlyList<TrainingRow> rows, double[] probabilities)
    {
        EvaluatedGroup Of(string name, Func<TrainingRow, bool> belongs) => Group(name, rows, probabilities, i => belongs(rows[i]));
        var bands = ((int From, int To)[])[(0, 18), (18, 40), (40, 55), (55, 65), (65, 75), (75, 121)];
        return
        [
            Of("women", row => row.Sex is Sex.Female),
            Of("men", row => row.Sex is Sex.Male),
            Of("age 18+", row => row.Age >= 18),
            .. bands.Select(band => Of(
                string.Create(CultureInfo.InvariantCulture, $"age {band.From}{(band.To > 120 ? "+" : $"-{band.To - 1}")}"),
                row => row.Age >= band.From && row.Age < band.To)),
        ];
    }

    private static EvaluatedGroup Group(string name, IReadOnlyList<TrainingRow> rows, double[] probabilities, Func<int, bool> belongs)
    {
        var members = Enumerable.Range(0, rows.Count).Where(belongs).ToArray();
        bool[] outcomes = [.. members.Select(i => rows[i].Stroke)];
        double[] predicted = [.. members.Select(i => probabilities[i])];
        var strokes = outcomes.Count(stroke => stroke);
        var rankable = strokes > 0 && strokes < members.Length;
        return new()
        {
            Name = name,
            People = members.Length,
            Strokes = strokes,
            Predicted = members.Length == 0 ? 0 : predicted.Average(),
            Auroc = rankable ? Ranking.Auroc(predicted, outcomes).Auroc : null,
            AurocStandardError = rankable ? Ranking.Auroc(predicted, outcomes).StandardError : null,
        };
    }

    private static double StandardDeviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    /// <summary>Steele, Lea and Flood's SplitMix64: small, and the same folds on every runtime and version.</summary>
    private sealed class SplitMix64(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
