using System.Collections.Immutable;

namespace StrokeCare.Risk;

/// <summary>
/// The Framingham stroke risk profile as a table of points. The table is used, not the Cox model behind it, because the men's
/// centring constant is not recoverable; lower bounds are inclusive (57 scores the point that starts at 57).
/// </summary>
public static class Framingham1994
{
    private static readonly FraminghamProfile Profile = new()
    {
        Id = "fsrp_1994",
        Name = "Framingham Stroke Risk Profile (1994)",
        Citation = "D'Agostino RB, Wolf PA, Belanger AJ, Kannel WB. Stroke risk profile: adjustment for antihypertensive medication. The Framingham Study. Stroke 1994;25:40-43.",
        Note = "Points table; first stroke; ages 54 to 85 in completed years.",
        Ages = (54, 85),
    };

    private static readonly Table Men = new()
    {
        Age = [54, 57, 60, 63, 66, 69, 73, 76, 79, 82, 85],
        Untreated = [97, 106, 116, 126, 136, 146, 156, 166, 176, 186, 196],
        Treated = [97, 106, 113, 118, 124, 130, 136, 143, 151, 162, 177],
        Diabetes = 2,
        Smokes = 3,
        PriorCvd = 4,
        AtrialFibrillation = 4,
        Hypertrophy = 5,
        Percent = [3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 11, 13, 15, 17, 20, 22, 26, 29, 33, 37, 42, 47, 52, 57, 63, 68, 74, 79, 84, 88],
    };

    private static readonly Table Women = new()
    {
        Age = [54, 57, 60, 63, 65, 68, 71, 74, 77, 79, 82],
        // The women's table gives no lower end to its first row.
        Untreated = [0, 95, 107, 119, 131, 144, 156, 168, 181, 193, 205],
        Treated = [0, 95, 107, 114, 120, 126, 132, 140, 149, 161, 205],
        Diabetes = 3,
        Smokes = 3,
        PriorCvd = 2,
        AtrialFibrillation = 6,
        Hypertrophy = 4,
        Percent = [1, 1, 2, 2, 2, 3, 4, 4, 5, 6, 8, 9, 11, 13, 16, 19, 23, 27, 32, 37, 43, 50, 57, 64, 71, 78, 84],
    };

    /// <summary>Left ventricular hypertrophy may be unknown: it then counts as absent, and the note says so.</summary>
    public static PublishedScore Score(RiskInputs inputs) => Profile.Read(inputs) switch
    {
        ({ } person, _) => Score(inputs, person),
        (_, var refusal) => refusal!,
    };

    private static PublishedScore Score(RiskInputs inputs, FraminghamPerson person)
    {
        var table = person.Male ? Men : Women;
        var points = table.Points(person) + (inputs.LeftVentricularHypertrophy is true ? table.Hypertrophy : 0);
        var (percent, bound) = table.Risk(points);
        return Profile.Answer(percent / 100.0, bound, points, Note(inputs, person, table));
    }

    private static string Note(RiskInputs inputs, FraminghamPerson person, Table table)
    {
        var note = Profile.Note;
        if (inputs.LeftVentricularHypertrophy is null)
            note += " Left ventricular hypertrophy is not recorded and counts as absent: the risk may be higher.";
        if (person.Pressure < table.Pressures(person.Treated)[0])
            note += " The blood pressure lies below the table and scores 0 points.";
        return note;
    }

    private sealed record Table
    {
        /// <summary>Lowest completed age of each row; the row's place is its points.</summary>
        public required ImmutableArray<int> Age { get; init; }

        /// <summary>Lowest mmHg of each row.</summary>
        public required ImmutableArray<int> Untreated { get; init; }

        public required ImmutableArray<int> Treated { get; init; }
        public required int Diabetes { get; init; }
        public required int Smokes { get; init; }
        public required int PriorCvd { get; init; }
        public required int AtrialFibrillation { get; init; }
        public required int Hypertrophy { get; init; }

        /// <summary>10-year risk for 1, 2, ... points.</summary>
        public required ImmutableArray<int> Percent { get; init; }

        public ImmutableArray<int> Pressures(bool treated) => treated ? Treated : Untreated;

        public int Points(FraminghamPerson person) =>
            Row(Age, person.Age)
            + Row(Pressures(person.Treated), person.Pressure)
            + (person.Diabetes ? Diabetes : 0)
            + (person.Smokes ? Smokes : 0)
            + (person.PriorCvd ? PriorCvd : 0)
            + (person.AtrialFibrillation ? AtrialFibrillation : 0);

        public (int Percent, RiskBound Bound) Risk(int points) =>
            points == 0 ? (Percent[0], RiskBound.AtMost)
            : points > Percent.Length ? (Percent[^1], RiskBound.AtLeast)
            : (Percent[points - 1], RiskBound.Exact);

        private static int Row(ImmutableArray<int> lowerBounds, double value) =>
            Math.Max(0, lowerBounds.Count(bound => value >= bound) - 1);
    }
}
