using StrokeCare.Changes;

namespace StrokeCare.History;

public readonly record struct HistoryEntryId(ClinicalId Value)
{
    public static bool TryParse(string? text, out HistoryEntryId id)
    {
        var parsed = ClinicalId.TryParse(text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString();
}
