namespace StrokeCare;

/// <summary>What is wrong with an input, field by field, so that its sender hears of everything at once.</summary>
internal sealed class FieldFaults
{
    private readonly Dictionary<string, List<string>> byField = new(StringComparer.Ordinal);

    /// <summary>Null when nothing is at fault.</summary>
    public Error? Error => byField.Count == 0 ? null : StrokeCare.Error.Invalid(byField.ToDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal));

    public void Add(string field, string message)
    {
        if (!byField.TryGetValue(field, out var messages)) byField[field] = messages = [];
        if (!messages.Contains(message)) messages.Add(message);
    }

    /// <summary>The text scrubbed; null for none, or for blanks alone. One that is too long is at fault.</summary>
    public string? Text(string field, string? value, int maxLength)
    {
        if (value is null) return null;
        var text = RecordedText.Scrub(value);
        if (text.Length > maxLength) Add(field, $"is longer than {maxLength} characters.");
        return text.Length == 0 ? null : text;
    }

    /// <summary>As <see cref="Text"/>; none is at fault as well, and then answered as empty.</summary>
    public string Required(string field, string? value, int maxLength)
    {
        if (Text(field, value, maxLength) is { } text) return text;
        Add(field, "is required.");
        return "";
    }
}
