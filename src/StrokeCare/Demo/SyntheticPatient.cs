using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>Somebody made up: factors, diagnoses and dates fit together, and nothing of them is anybody's.</summary>
public sealed record SyntheticPatient
{
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>As first written down.</summary>
    public required PatientDetails Details { get; init; }

    /// <summary>As amended at <see cref="AmendedAt"/>, where something has come to light since.</summary>
    public PatientDetails? Amended { get; init; }

    public DateTimeOffset? AmendedAt { get; init; }

    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<HistoryText> History { get; init; }

    /// <summary>The number of the doctor, from 0.</summary>
    public required int Doctor { get; init; }
}

/// <summary>
/// Draws the patients of a stroke clinic. Ages, and how often what goes with what, are set by hand to look like such a
/// clinic; they are no epidemiology, and no row of any data set is behind them.
/// </summary>
public sealed class SyntheticPatients(int seed, int doctors, DateTimeOffset now)
{
    private const int FirstMrn = 100_001;

    /// <summary>How many there are in the clinic.</summary>
    public static int Doctors => SyntheticNames.Doctors.Length;

    /// <summary>One who has much to look at, a published score among it, for the demonstration's own patient; the first if none has.</summary>
    public static SyntheticPatient Typical(IEnumerable<SyntheticPatient> all)
    {
        SyntheticPatient? first = null;
        foreach (var one in all)
        {
            first ??= one;
            if (one is { Doctor: 0, Details: { Stroke: false, Hypertension: true, Bmi: not null, AvgGlucoseLevel: not null, Lvh: not null }, History.Count: >= 3, Amended: null } && HasScore(one)) return one;
        }

        return first ?? throw new ArgumentException("A clinic has at least one patient.", nameof(all));
    }

    private static bool HasScore(SyntheticPatient one) =>
        !one.History.Any(text => text.Diagnosis.Contains("stroke", StringComparison.OrdinalIgnoreCase))
        && one.Details.SmokingStatus is SmokingStatus.NeverSmoked or SmokingStatus.FormerlySmoked or SmokingStatus.Smokes
        && one.Details.DateOfBirth is { } birth && PatientRules.AgeOn(birth, one.RegisteredAt.UtcDay()) is >= 58 and <= 75;

    private readonly Dice dice = new(seed);

    /// <summary>In the order in which they came to the clinic, over the last four years.</summary>
    public IEnumerable<SyntheticPatient> Draw(int count)
    {
        for (var i = 0; i < count; i++)
        {
            // Evenly over the time, so that a list of the newest is spread as in a clinic that takes in a few each day.
            var ago = TimeSpan.FromDays(4 * 365.0 * (count - i) / count) + TimeSpan.FromHours(2);
            yield return One(i, Registered(now - ago));
        }
    }

    // At an hour of work.
    private DateTimeOffset Registered(DateTimeOffset day) => new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero).AddMinutes(dice.Whole(8 * 60, 17 * 60)) is var at && at < now ? at : now.AddMinutes(-1);

    private SyntheticPatient One(int number, DateTimeOffset registered)
    {
        var body = SyntheticBody.Draw(dice);
        var details = Named(Details(body, registered), number, body.Female);
        var history = SyntheticHistory.Of(body, dice, registered, now);
        var patient = new SyntheticPatient { RegisteredAt = registered, Details = details, History = history, Doctor = dice.Whole(0, doctors - 1) };
        return dice.Chance(0.15) ? Worse(patient, body) : patient;
    }

    // Something was found at a visit in the last weeks, or since they came if that is later.
    private SyntheticPatient Worse(SyntheticPatient patient, SyntheticBody body)
    {
        var at = now.AddDays(-dice.Whole(1, 28)).AddMinutes(-dice.Whole(0, 300));
        if (at <= patient.RegisteredAt) return patient;
        var amended = patient.Details with
        {
            Hypertension = true,
            BpTreated = body.Hypertension ? body.Treated : false,
            Sbp = Math.Round(dice.Normal(158, 12, 140, 200)),
            AvgGlucoseLevel = Math.Round(dice.Normal(body.Diabetes ? 205 : 148, 24, 110, 320), 1),
            NextReviewOn = at.AddDays(dice.Whole(3, 30)).UtcDay(),
        };
        return patient with { Amended = amended, AmendedAt = at };
    }

    private PatientDetails Details(SyntheticBody body, DateTimeOffset registered) => new()
    {
        Gender = body.Female ? Gender.Female : Gender.Male,
        DateOfBirth = now.AddDays(-365.25 * body.Age).UtcDay(),
        Hypertension = body.Hypertension,
        HeartDisease = body.HeartDisease,
        EverMarried = dice.Chance(body.Age > 30 ? 0.87 : 0.3),
        WorkType = dice.Chance(0.62) ? WorkType.Private : dice.Chance(0.5) ? WorkType.SelfEmployed : WorkType.GovtJob,
        ResidenceType = dice.Chance(0.68) ? ResidenceType.Urban : ResidenceType.Rural,
        // Now and then nobody has measured it, or asked.
        AvgGlucoseLevel = dice.Chance(0.04) ? null : Math.Round(body.Glucose, 1),
        Bmi = dice.Chance(0.07) ? null : Math.Round(body.Bmi, 1),
        SmokingStatus = body.Smoking,
        Stroke = body.Stroke,
        Sbp = Math.Round(body.Pressure),
        BpTreated = body.Treated,
        Diabetes = body.Diabetes,
        AtrialFibrillation = body.AtrialFibrillation,
        Lvh = dice.Chance(0.3) ? null : body.Hypertrophy,
        PriorCvd = body.HeartDisease,
        NextReviewOn = Review(registered).UtcDay(),
    };

    // One in seven is overdue.
    private DateTimeOffset Review(DateTimeOffset registered) =>
        dice.Chance(0.14) && registered < now.AddDays(-60) ? now.AddDays(-dice.Whole(1, 45)) : now.AddDays(dice.Whole(1, 180));

    private PatientDetails Named(PatientDetails details, int number, bool female)
    {
        var (first, last) = (dice.Of(female ? SyntheticNames.Women : SyntheticNames.Men), dice.Of(SyntheticNames.Families));
        return details with
        {
            FirstName = first,
            LastName = last,
            Mrn = FormattableString.Invariant($"SC-{FirstMrn + number}"),
            // Ofcom keeps these for fiction.
            Phone = FormattableString.Invariant($"07700 900{dice.Whole(0, 999):000}"),
            Email = dice.Chance(0.6) ? FormattableString.Invariant($"patient{FirstMrn + number}@example.org") : null,
        };
    }
}
