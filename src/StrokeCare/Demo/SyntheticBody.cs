using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>What somebody made up is like, before anybody has written it down.</summary>
internal sealed record SyntheticBody
{
    public required bool Female { get; init; }

    /// <summary>Years.</summary>
    public required double Age { get; init; }

    public required bool Hypertension { get; init; }

    public required bool Treated { get; init; }

    public required bool Diabetes { get; init; }

    public required bool AtrialFibrillation { get; init; }

    public required bool HeartDisease { get; init; }

    public required bool Hypertrophy { get; init; }

    public required bool Stroke { get; init; }

    public required SmokingStatus Smoking { get; init; }

    /// <summary>mmHg.</summary>
    public required double Pressure { get; init; }

    /// <summary>mg/dL.</summary>
    public required double Glucose { get; init; }

    /// <summary>kg/m².</summary>
    public required double Bmi { get; init; }

    public static SyntheticBody Draw(Dice dice)
    {
        var age = dice.Normal(65, 14, 21, 97);
        var smoking = dice.Chance(0.07) ? SmokingStatus.Unknown : dice.Chance(0.44) ? SmokingStatus.NeverSmoked : dice.Chance(0.68) ? SmokingStatus.FormerlySmoked : SmokingStatus.Smokes;
        var hypertension = dice.Chance(Math.Clamp(0.2 + ((age - 40) * 0.011), 0.06, 0.8));
        var treated = hypertension && dice.Chance(0.8);
        var diabetes = dice.Chance(Math.Clamp(0.09 + ((age - 40) * 0.004), 0.03, 0.28));
        var fibrillation = dice.Chance(age < 50 ? 0.01 : 0.02 + ((age - 50) * 0.006));
        var heart = dice.Chance(Math.Clamp(0.03 + ((age - 45) * 0.006), 0.01, 0.3) + (smoking == SmokingStatus.Smokes ? 0.06 : 0));
        return new()
        {
            Female = dice.Chance(0.47),
            Age = age,
            Hypertension = hypertension,
            Treated = treated,
            Diabetes = diabetes,
            AtrialFibrillation = fibrillation,
            HeartDisease = heart,
            Hypertrophy = hypertension && dice.Chance(0.14),
            Stroke = dice.Chance(0.12 + (Math.Max(0, age - 50) * 0.005) + (fibrillation ? 0.15 : 0)),
            Smoking = smoking,
            Pressure = !hypertension ? dice.Normal(123, 11, 94, 139) : treated ? dice.Normal(139, 14, 108, 185) : dice.Normal(155, 13, 140, 210),
            Glucose = diabetes ? dice.Normal(172, 38, 95, 300) : dice.Normal(97, 13, 62, 139),
            Bmi = dice.Normal(diabetes ? 30.5 : 27.2, 4.6, 17, 48),
        };
    }
}
