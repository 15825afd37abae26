using StrokeCare.Accounts;
using StrokeCare.Analytics;

namespace StrokeCare.Server.Portal;

/// <summary>What the numbers of the clinic are called.</summary>
internal static class AdminWords
{
    public static string Of(AccountTally tally) => (tally.Role, tally.Active) switch
    {
        (Role.Admin, 1) => "administrator",
        (Role.Admin, _) => "administrators",
        (Role.Doctor, 1) => "doctor",
        (Role.Doctor, _) => "doctors",
        (Role.Patient, 1) => "patient account",
        (Role.Patient, _) => "patient accounts",
    };

    public static string Of(AgeBand? band) => band switch
    {
        AgeBand.Under18 => "Under 18",
        AgeBand.From18 => "18 to 44",
        AgeBand.From45 => "45 to 54",
        AgeBand.From55 => "55 to 64",
        AgeBand.From65 => "65 to 74",
        AgeBand.From75 => "75 to 84",
        AgeBand.From85 => "85 and over",
        null => Words.Unknown,
    };

    public static IReadOnlyList<(string Name, FactorTally Tally)> Factors(Demographics people) =>
    [
        ("Hypertension", people.Hypertension),
        ("Heart disease", people.HeartDisease),
        ("Diabetes", people.Diabetes),
        ("Atrial fibrillation", people.AtrialFibrillation),
        ("Stroke before", people.PriorStroke),
    ];
}
