using System.Globalization;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>One factor on a form: what it is called, what may be in it, and where its text comes from.</summary>
internal sealed record FactorField(string Name, string Property, string Label, Func<PatientDetails, string?> Stored) : IRecordField<FactorInput>
{
    private static readonly (string Value, string Text)[] YesNo = [("yes", "Yes"), ("no", "No"), ("", Words.Unknown)];

    // A status that was asked for and is not known stays apart from one that nobody asked for.
    private static readonly (string Value, string Text)[] Smokes =
        [.. Enum.GetValues<SmokingStatus>().Select(one => (Spelling.Of(one), one == SmokingStatus.Unknown ? "Asked, not known" : Words.Capital(Spelling.Of(one)))), ("", "Not asked")];

    /// <summary>In the order of the form: what scores ask for first.</summary>
    public static IReadOnlyList<FactorField> All { get; } =
    [
        Choice("stroke", nameof(FactorInput.Stroke), "Stroke before", d => d.Stroke),
        Choice("hypertension", nameof(FactorInput.Hypertension), "Hypertension", d => d.Hypertension),
        Number("sbp", nameof(FactorInput.Sbp), "Systolic blood pressure", d => d.Sbp, PatientRules.Pressure),
        Choice("bp_treated", nameof(FactorInput.BpTreated), "Blood pressure treated", d => d.BpTreated),
        Choice("heart_disease", nameof(FactorInput.HeartDisease), "Heart disease", d => d.HeartDisease),
        Choice("prior_cvd", nameof(FactorInput.PriorCvd), "Prior cardiovascular disease", d => d.PriorCvd, "Infarction, angina, coronary insufficiency, claudication or heart failure."),
        Choice("atrial_fibrillation", nameof(FactorInput.AtrialFibrillation), "Atrial fibrillation", d => d.AtrialFibrillation),
        Choice("lvh", nameof(FactorInput.Lvh), "Left ventricular hypertrophy", d => d.Lvh, "On the ECG."),
        Choice("diabetes", nameof(FactorInput.Diabetes), "Diabetes", d => d.Diabetes),
        Number("avg_glucose_level", nameof(FactorInput.Glucose), "Average glucose", d => d.AvgGlucoseLevel, PatientRules.Glucose, "One in mmol/L times 18 is one in mg/dL."),
        Number("bmi", nameof(FactorInput.Bmi), "Body mass index", d => d.Bmi, PatientRules.Bmi),
        new("smoking_status", nameof(FactorInput.Smoking), "Smoking", d => d.SmokingStatus is { } one ? Spelling.Of(one) : "") { Choices = Smokes },
        new("work_type", nameof(FactorInput.Work), "Work", d => d.WorkType is { } one ? Spelling.Of(one) : "") { Choices = Spelled<WorkType>() },
        new("residence_type", nameof(FactorInput.Residence), "Residence", d => d.ResidenceType is { } one ? Spelling.Of(one) : "") { Choices = Spelled<ResidenceType>() },
        Choice("ever_married", nameof(FactorInput.Married), "Ever married", d => d.EverMarried),
        new("next_review_on", "Review", "Next review", d => TypedDate.TextOf(d.NextReviewOn)) { IsDate = true },
    ];

    public static IReadOnlyDictionary<string, string> Labels { get; } = All.ToDictionary(field => field.Name, field => field.Label, StringComparer.Ordinal);

    /// <summary>Empty where a number is typed.</summary>
    public IReadOnlyList<(string Value, string Text)> Choices { get; private init; } = [];

    public ValueRange? Range { get; private init; }

    public string? Hint { get; private init; }

    /// <summary>Day, month and year are properties of their own, whose names begin with <see cref="Property"/>.</summary>
    public bool IsDate { get; private init; }

    public string? StoredIn(PatientDetails details) => Stored(details);

    public string? Of(FactorInput input) => IsDate ? new TypedDate(input.ReviewDay, input.ReviewMonth, input.ReviewYear).Text : (string?)PropertyOf(Property).GetValue(input);

    public void Set(FactorInput input, string? value)
    {
        if (IsDate) (input.ReviewDay, input.ReviewMonth, input.ReviewYear) = TypedDate.Of(value);
        else PropertyOf(Property).SetValue(input, value);
    }

    public string InWords(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return Words.Unknown;
        if (Range is { } range) return $"{value} {range.Unit}";
        return Choices.FirstOrDefault(one => one.Value == value).Text ?? value;
    }

    private static System.Reflection.PropertyInfo PropertyOf(string name) => typeof(FactorInput).GetProperty(name) ?? throw new InvalidOperationException($"The form has no {name}.");

    private static FactorField Choice(string name, string property, string label, Func<PatientDetails, bool?> stored, string? hint = null) =>
        new(name, property, label, d => stored(d) switch { true => "yes", false => "no", null => "" }) { Choices = YesNo, Hint = hint };

    private static FactorField Number(string name, string property, string label, Func<PatientDetails, double?> stored, ValueRange range, string? more = null) =>
        new(name, property, label, d => stored(d)?.ToString(CultureInfo.InvariantCulture) ?? "") { Range = range, Hint = $"{Words.Capital(range.ToString())}. {more}".TrimEnd() };

    private static (string, string)[] Spelled<T>()
        where T : struct, Enum => [.. Spelling.All<T>().Select(one => (one, Words.Capital(one.Replace('_', ' ')))), ("", Words.Unknown)];
}
