using System.Globalization;

namespace StrokeCare.Server.Portal;

/// <summary>Reads what was typed; what cannot be read is collected by field. Empty is null, never a zero.</summary>
internal sealed class TypedValues
{
    private readonly Dictionary<string, string[]> faults = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string[]> Faults => faults;

    public bool AreFaulty => faults.Count > 0;

    public void Fault(string field, string message) => faults[field] = [message];

    public static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed;

    public string Required(string field, string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) Fault(field, "is required.");
        return typed ?? "";
    }

    /// <summary>A comma is read as a point: it is what half of Europe types.</summary>
    public double? Number(string field, string? typed)
    {
        if (Text(typed) is not { } text) return null;
        if (double.TryParse(text.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        Fault(field, "is a number, such as 120.");
        return null;
    }

    /// <summary>Day, month and year in boxes of their own: no picker to aim at, no order to guess.</summary>
    public DateOnly? Date(string field, TypedDate typed)
    {
        if (Text(typed.Day) is null && Text(typed.Month) is null && Text(typed.Year) is null) return null;
        if (Whole(typed.Day) is { } day && Whole(typed.Month) is >= 1 and <= 12 and var month && Whole(typed.Year) is >= 1880 and <= 9998 and var year
            && day >= 1 && day <= DateTime.DaysInMonth(year, month)) return new(year, month, day);
        Fault(field, "is not a date. Type it like 27 3 1956.");
        return null;
    }

    public static bool? YesNo(string? typed) => typed switch { "yes" => true, "no" => false, _ => null };

    private static int? Whole(string? typed) => int.TryParse(typed, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var whole) ? whole : null;
}

internal readonly record struct TypedDate(string? Day, string? Month, string? Year)
{
    /// <summary>The three with a blank between each, as <see cref="TextOf"/> writes a date; empty when nothing is typed.</summary>
    public string Text => new[] { Day, Month, Year }.All(string.IsNullOrWhiteSpace) ? "" : string.Join(' ', new[] { Day, Month, Year }.Select(part => part?.Trim() ?? ""));

    public static TypedDate Of(string? text) => (text ?? "").Split(' ') is [var day, var month, var year] ? new(day, month, year) : new("", "", "");

    public static string TextOf(DateOnly? date) => date is { } day ? day.ToString("d M yyyy", CultureInfo.InvariantCulture) : "";
}
