using System.Globalization;
using System.Text.Json;

namespace StrokeCare.Patients;

/// <summary>What makes details acceptable. Limits are written here once; schemas and tests read them.</summary>
public static class PatientRules
{
    public const int MrnMaxLength = 50;
    public const int NameMaxLength = 100;
    public const int PhoneMaxLength = 20;
    public const int EmailMaxLength = 120;
    public const int ExtraMaxKeys = 50;
    public const int ExtraKeyMaxLength = 100;
    public const int ExtraValueMaxLength = 1000;
    public const double MaxAge = 120;

    /// <summary>Not known to be fasting.</summary>
    public static readonly ValueRange Glucose = new(double.Epsilon, 2000, "mg/dL");

    public static readonly ValueRange Bmi = new(5, 150, "kg/m²");

    /// <summary>Systolic.</summary>
    public static readonly ValueRange Pressure = new(40, 350, "mmHg");

    /// <summary>The details scrubbed and canonical, or every field at fault at once.</summary>
    public static Result<PatientDetails> Check(PatientDetails details, DateOnly today)
    {
        var faults = new FieldFaults();
        if (details.Gender is null) faults.Add("gender", $"is required: {string.Join(", ", Spelling.All<Gender>())}.");
        CheckAge(details, today, faults);
        CheckBetween(faults, "avg_glucose_level", details.AvgGlucoseLevel, Glucose);
        CheckBetween(faults, "bmi", details.Bmi, Bmi);
        CheckBetween(faults, "sbp", details.Sbp, Pressure);
        var clean = new PatientDetails(details)
        {
            Mrn = faults.Text("mrn", details.Mrn, MrnMaxLength),
            FirstName = faults.Text("first_name", details.FirstName, NameMaxLength),
            LastName = faults.Text("last_name", details.LastName, NameMaxLength),
            Phone = faults.Text("phone", details.Phone, PhoneMaxLength),
            Email = faults.Text("email", details.Email, EmailMaxLength),
            Extra = CheckExtra(details.Extra, faults),
        };
        if (clean.Email is { } email && !email.Contains('@', StringComparison.Ordinal)) faults.Add("email", "is not an e-mail address.");
        return faults.Error is { } error ? error : clean;
    }

    /// <summary>Whole and part years between birth and <paramref name="today"/>.</summary>
    public static double AgeOn(DateOnly birth, DateOnly today)
    {
        var years = today.Year - birth.Year - (birth.AddYears(today.Year - birth.Year) > today ? 1 : 0);
        var lastBirthday = birth.AddYears(years);
        return years + (today.DayNumber - lastBirthday.DayNumber) / 366.0;
    }

    private static void CheckAge(PatientDetails details, DateOnly today, FieldFaults faults)
    {
        if (details is { Age: null, DateOfBirth: null }) faults.Add("age", "is required unless date_of_birth is given.");
        CheckBetween(faults, "age", details.Age, new(0, MaxAge, "years"));
        if (details.DateOfBirth is not { } birth) return;
        if (birth > today || AgeOn(birth, today) > MaxAge) faults.Add("date_of_birth", $"must be within the last {MaxAge} years.");
        else if (details.Age is { } age && Math.Abs(Math.Floor(AgeOn(birth, today)) - Math.Floor(age)) > 1)
            faults.Add("age", "disagrees with date_of_birth by more than a year.");
    }

    private static Dictionary<string, JsonElement>? CheckExtra(IReadOnlyDictionary<string, JsonElement>? extra, FieldFaults faults)
    {
        if (extra is null or { Count: 0 }) return null;
        if (extra.Count > ExtraMaxKeys) faults.Add("extra", $"has more than {ExtraMaxKeys} keys.");
        var clean = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (key, value) in extra.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (key.Length is 0 or > ExtraKeyMaxLength || key[0] == '$' || key.AsSpan().ContainsAny('.', '\0') || RecordedText.Scrub(key) != key)
                faults.Add("extra", $"a key is empty, longer than {ExtraKeyMaxLength}, begins with $ or blanks, or holds a dot or NUL.");
            else if (Scalar(value) is { } scalar) clean[key] = scalar;
            else faults.Add("extra", $"values are text up to {ExtraValueMaxLength} characters, numbers, true or false.");
        }

        return clean;
    }

    private static JsonElement? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value.Clone(),
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => value.Clone(),
        JsonValueKind.String when TextOf(value) is { Length: <= ExtraValueMaxLength } text => JsonSerializer.SerializeToElement(text),
        _ => null,
    };

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return RecordedText.Scrub(value.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a surrogate pair, or bytes that are no UTF-8: JSON, but no text.
            return null;
        }
    }

    private static void CheckBetween(FieldFaults faults, string field, double? value, ValueRange allowed)
    {
        if (value is { } number && !(number >= allowed.Least && number <= allowed.Most)) faults.Add(field, $"must be {allowed}.");
    }
}

/// <summary>What a measured value may be, both ends included.</summary>
public readonly record struct ValueRange(double Least, double Most, string Unit)
{
    private string From => Least == double.Epsilon ? "above 0" : Least.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From} to {Most} {Unit}");
}
