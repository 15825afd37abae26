using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Risk;

namespace StrokeCare.Server.Portal;

/// <summary>How the pages say dates, names and values. Unknown is written out: a blank reads as normal.</summary>
internal static class Words
{
    public const string Unknown = "Not known";

    /// <summary>For patients: 27 March 1956.</summary>
    public static string Long(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>For staff: 27-Mar-1956.</summary>
    public static string Clinical(DateOnly date) => date.ToString("dd-MMM-yyyy", CultureInfo.InvariantCulture);

    public static string WithWeekday(DateOnly date) => date.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture);

    public static string Of(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset at, ClinicClock clock) => Long(clock.At(at).Date);

    public static string DayAndTime(DateTimeOffset at, ClinicClock clock)
    {
        var wall = clock.At(at);
        return $"{Long(wall.Date)} at {Of(wall.Time)}";
    }

    /// <summary>For staff: 27-Mar-1956 14:05.</summary>
    public static string Moment(DateTimeOffset at, ClinicClock clock)
    {
        var wall = clock.At(at);
        return $"{Clinical(wall.Date)} {Of(wall.Time)}";
    }

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <param name="part">0 to 1.</param>
    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.#}\u00A0%");

    /// <summary>A sentence of an operation in which no number is parted from its percent sign.</summary>
    public static string Unbroken(string text) => text.Replace(" %", "\u00A0%", StringComparison.Ordinal);

    public static string YesNo(bool? value) => value switch { true => "Yes", false => "No", null => Unknown };

    public static string Name(string? first, string? last, string otherwise) =>
        string.Join(' ', new[] { first, last }.Where(part => !string.IsNullOrWhiteSpace(part))) is { Length: > 0 } name ? name : otherwise;

    public static string Of(DoctorName doctor) => $"Dr {Name(doctor.FirstName, doctor.LastName, doctor.Username)}";

    public static string Of(Doctor doctor) => $"Dr {Name(doctor.FirstName, doctor.LastName, $"no. {doctor.Id}")}";

    public static string Of(Role role) => role switch { Role.Admin => "Administrator", Role.Doctor => "Doctor", Role.Patient => "Patient" };

    public static string Of(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Scheduled => "Booked",
        AppointmentStatus.Arrived => "Arrived",
        AppointmentStatus.Completed => "Completed",
        AppointmentStatus.Cancelled => "Cancelled",
        AppointmentStatus.NoShow => "Missed",
    };

    public static string Of(RiskLevel level) => level switch
    {
        RiskLevel.NotAssessed => "Not worked out",
        RiskLevel.Low => "Low",
        RiskLevel.Medium => "Medium",
        RiskLevel.High => "High",
        RiskLevel.VeryHigh => "Very high",
    };

    public static string IconOf(RiskLevel level) => level switch
    {
        RiskLevel.NotAssessed => "level-none",
        RiskLevel.Low => "level-low",
        RiskLevel.Medium => "level-medium",
        RiskLevel.High or RiskLevel.VeryHigh => "level-high",
    };

    /// <summary>The inputs of scores as a person would say them.</summary>
    public static string Field(string name) => name switch
    {
        "age" => "Your age",
        "gender" => "Your gender",
        "hypertension" => "Whether you have high blood pressure",
        "heart_disease" => "Whether you have heart disease",
        "avg_glucose_level" => "Your blood sugar level",
        "sbp" => "Your blood pressure",
        "bp_treated" => "Whether you take medicine for blood pressure",
        "diabetes" => "Whether you have diabetes",
        "atrial_fibrillation" => "Whether you have an uneven heart beat (atrial fibrillation)",
        "lvh" => "Whether your heart muscle is thick",
        "prior_cvd" => "Whether you have had heart or blood vessel disease",
        "smoking_status" => "Whether you smoke",
        _ => name,
    };
}
