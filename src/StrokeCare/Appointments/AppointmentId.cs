using StrokeCare.Changes;

namespace StrokeCare.Appointments;

public readonly record struct AppointmentId(ClinicalId Value)
{
    public static bool TryParse(string? text, out AppointmentId id)
    {
        var parsed = ClinicalId.TryParse(text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString();
}
