using System.Text.RegularExpressions;

namespace StrokeCare.Server.Tests.Golden;

/// <summary>Puts names in place of what differs from run to run; an id of 24 digits keeps one name throughout, and so does the day that appointments are on.</summary>
internal sealed class Masks(string day)
{
    private static readonly (Regex Pattern, string Name)[] Changing =
    [
        (new("\\b[0-9a-f]{64}\\b", RegexOptions.NonBacktracking), "<sha256>"),
        (new("\\b[0-9a-f]{32}\\b", RegexOptions.NonBacktracking), "<random>"),
        (new("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", RegexOptions.NonBacktracking), "<time>"),
        (new("\"pending\": \\[[^\\]]*\\]", RegexOptions.NonBacktracking), "\"pending\": <of each store>"),
        (new("\"value\": \"\\d{4}-\\d\\d-\\d\\d\"", RegexOptions.NonBacktracking), "\"value\": \"<day>\""),
        (new("\"checkpoints\": \\d+", RegexOptions.NonBacktracking), "\"checkpoints\": <some>"),
        (new("\"(?<which>access|refresh)_token\": \"[^\"]+\"", RegexOptions.NonBacktracking), "\"${which}_token\": \"<token>\""),
        (new("\"next\": \"[^\"]+\"", RegexOptions.NonBacktracking), "\"next\": \"<cursor>\""),
        (new("after=[A-Za-z0-9_-]+", RegexOptions.NonBacktracking), "after=<cursor>"),
    ];

    private static readonly Regex PatientId = new("\\b[0-9a-f]{24}\\b", RegexOptions.NonBacktracking);

    private readonly Dictionary<string, string> patients = new(StringComparer.Ordinal) { ["0123456789abcdef01234567"] = "<absent>" };

    public string Of(string text)
    {
        foreach (var (pattern, name) in Changing) text = pattern.Replace(text, name);
        text = text.Replace(day, "<day>", StringComparison.Ordinal);
        return PatientId.Replace(text, id => patients.TryGetValue(id.Value, out var name) ? name : patients[id.Value] = $"<patient {patients.Count}>");
    }
}
