using System.Globalization;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

/// <summary>Reads query parameters and remembers every fault by the parameter's name.</summary>
internal sealed class QueryInput
{
    private readonly Dictionary<string, string[]> faults = new(StringComparer.Ordinal);

    public QueryInput(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name)) faults[name] = ["is not a parameter of this list."];
            else if (values.Count > 1) faults[name] = ["appears twice."];
        }
    }

    public Error? Error => faults.Count > 0 ? StrokeCare.Error.Invalid(faults) : null;

    public int? Whole(string name, string? text, int least, int most)
    {
        if (text is null) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        faults.TryAdd(name, [string.Create(CultureInfo.InvariantCulture, $"is a whole number from {least} to {most}.")]);
        return null;
    }

    public double? Number(string name, string? text, double least, double most)
    {
        if (text is null) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        faults.TryAdd(name, [string.Create(CultureInfo.InvariantCulture, $"is a number from {least} to {most}.")]);
        return null;
    }

    public T? Named<T>(string name, string? text)
        where T : struct, Enum
    {
        if (text is null) return null;
        if (AuditNames.Parse<T>(text.Trim()) is { } value) return value;
        faults.TryAdd(name, [$"is one of: {string.Join(", ", Enum.GetNames<T>().Select(AuditNames.Snake))}."]);
        return null;
    }

    public DateTimeOffset? Time(string name, string? text)
    {
        if (text is null) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) return at;
        faults.TryAdd(name, ["is a time such as 2026-01-31T12:00:00Z."]);
        return null;
    }

    public DateOnly? Date(string name, string? text)
    {
        if (text is null) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        faults.TryAdd(name, ["is a date as yyyy-MM-dd."]);
        return null;
    }

    /// <summary>True for the one word that is allowed.</summary>
    public bool Word(string name, string? text, string allowed)
    {
        if (text is null) return false;
        if (text != allowed) faults.TryAdd(name, [$"is {allowed} or left out."]);
        return text == allowed;
    }

    public bool Flag(string name, string? text)
    {
        if (text is not (null or "true" or "false")) faults.TryAdd(name, ["is true or false."]);
        return text == "true";
    }

    public void Fault(string name, string message) => faults.TryAdd(name, [message]);
}
