using StrokeCare.Changes;

namespace StrokeCare.Patients;

public readonly record struct PatientId(ClinicalId Value)
{
    public static bool TryParse(string? text, out PatientId id)
    {
        var parsed = ClinicalId.TryParse(text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString();
}
