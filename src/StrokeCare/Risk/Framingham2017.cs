namespace StrokeCare.Risk;

/// <summary>
/// The revised Framingham stroke risk profile: 10-year risk = 1 - S0^exp(L - M). Two choices are ours and stated in every note:
/// pressure below 120 mmHg counts as 120, and the profile stops at 85, where the 1994 table stops, as its own upper limit was not available.
/// </summary>
public static class Framingham2017
{
    private const double LowestPressure = 120;
    private const int LateAge = 65;

    private static readonly FraminghamProfile Profile = new()
    {
        Id = "fsrp_2017",
        Name = "Revised Framingham Stroke Risk Profile (2017)",
        Citation = "Dufouil C, Beiser A, McLure LA, et al. Revised Framingham Stroke Risk Profile to reflect temporal trends. Circulation 2017;135:1145-1159.",
        Note = "First stroke; ages 55 to 85 in completed years (the lower limit is the paper's, the upper one ours). Systolic pressure below 120 mmHg counts as 120. Coefficients as read in three independent public implementations.",
        Ages = (55, 85),
    };

    private static readonly Weights Men = new()
    {
        AgePer10 = 0.49716,
        Smokes = 0.47254,
        PriorCvd = 0.45341,
        AtrialFibrillation = 0.08064,
        Age65 = 0.45426,
        DiabetesBefore65 = 1.35304,
        DiabetesFrom65 = 0.34385,
        Treated = 0.82598,
        UntreatedPer10 = 0.27323,
        TreatedPer10 = 0.09793,
        Mean = 4.4227101,
        Survival = 0.94451,
    };

    private static readonly Weights Women = new()
    {
        AgePer10 = 0.87938,
        Smokes = 0.51127,
        PriorCvd = -0.03035,
        AtrialFibrillation = 1.20720,
        Age65 = 0.39796,
        DiabetesBefore65 = 1.07111,
        DiabetesFrom65 = 0.06565,
        Treated = 0.13085,
        UntreatedPer10 = 0.11303,
        TreatedPer10 = 0.17234,
        Mean = 6.6170719,
        Survival = 0.95911,
    };

    public static PublishedScore Score(RiskInputs inputs) => Profile.Read(inputs) switch
    {
        ({ } person, _) => Profile.Answer((person.Male ? Men : Women).Risk(person), RiskBound.Exact, points: null, Profile.Note),
        (_, var refusal) => refusal!,
    };

    private sealed record Weights
    {
        public required double AgePer10 { get; init; }
        public required double Smokes { get; init; }
        public required double PriorCvd { get; init; }
        public required double AtrialFibrillation { get; init; }
        public required double Age65 { get; init; }
        public required double DiabetesBefore65 { get; init; }
        public required double DiabetesFrom65 { get; init; }
        public required double Treated { get; init; }

        /// <summary>Per 10 mmHg above 120.</summary>
        public required double UntreatedPer10 { get; init; }

        public required double TreatedPer10 { get; init; }

        /// <summary>M, the mean linear predictor.</summary>
        public required double Mean { get; init; }

        /// <summary>S0, baseline survival at 10 years.</summary>
        public required double Survival { get; init; }

        public double Risk(FraminghamPerson person) => 1 - Math.Pow(Survival, Math.Exp(Linear(person) - Mean));

        private double Linear(FraminghamPerson person)
        {
            var late = person.Age >= LateAge;
            var pressure = (Math.Max(person.Pressure, LowestPressure) - LowestPressure) / 10;
            return AgePer10 * person.Age / 10
                + (late ? Age65 : 0)
                + (person.Smokes ? Smokes : 0)
                + (person.PriorCvd ? PriorCvd : 0)
                + (person.AtrialFibrillation ? AtrialFibrillation : 0)
                + (person.Diabetes ? (late ? DiabetesFrom65 : DiabetesBefore65) : 0)
                + (person.Treated ? Treated + TreatedPer10 * pressure : UntreatedPer10 * pressure);
        }
    }
}
