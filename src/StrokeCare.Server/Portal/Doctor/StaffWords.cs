using System.Globalization;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Portal;

/// <summary>What staff read: short, clinical, and unknown is written out.</summary>
internal static class StaffWords
{
    public static string NameOf(PatientSummary patient) => Words.Name(patient.FirstName, patient.LastName, "Name not known");

    /// <summary>Born 27-Mar-1956 (70 y) · Female · MRN 12345.</summary>
    public static string Identity(PatientSummary patient) => string.Join(" · ",
        Born(patient.DateOfBirth, patient.Age), patient.Gender is { } gender ? Spelling.Of(gender) : "Gender not known", patient.Mrn is { } mrn ? $"MRN {mrn}" : "MRN not known");

    public static string Born(DateOnly? birth, double? age) => birth is { } day
        ? $"Born {Words.Clinical(day)} ({Years(age) ?? "age not known"})"
        : $"Date of birth not known ({Years(age) ?? "age not known"})";

    public static string? Years(double? age) => age is { } years ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(years):0} y") : null;

    /// <summary>dd-Mmm-yyyy and the time, on the clinic's clock.</summary>
    public static string Moment(DateTimeOffset at, ClinicClock clock)
    {
        var wall = clock.At(at);
        return $"{Words.Clinical(wall.Date)} {Words.Of(wall.Time)}";
    }

    public static string Of(Urgency urgency) => urgency switch { Urgency.Routine => "Routine", Urgency.Urgent => "Urgent", Urgency.Emergency => "Emergency" };

    public static string IconOf(RiskLevel level) => level switch
    {
        RiskLevel.NotAssessed => "level-none",
        RiskLevel.Low => "level-low",
        RiskLevel.Medium => "level-medium",
        RiskLevel.High or RiskLevel.VeryHigh => "level-high",
    };

    /// <summary>The demonstration number as it stands in a list; empty when there is none.</summary>
    public static string Percent(double? probability) => probability is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number * 100:0} %") : "";
}
