using System.Text.Json.Serialization;

namespace StrokeCare.Risk;

/// <summary>The demonstration model's bands. The cut-offs are product choices, not clinical ones.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RiskLevel>))]
public enum RiskLevel
{
    [JsonStringEnumMemberName("not_assessed")] NotAssessed,
    [JsonStringEnumMemberName("low")] Low,
    [JsonStringEnumMemberName("medium")] Medium,
    [JsonStringEnumMemberName("high")] High,
    [JsonStringEnumMemberName("very_high")] VeryHigh,
}

public static class RiskLevels
{
    public const double MediumFrom = 0.025;
    public const double HighFrom = 0.10;
    public const double VeryHighFrom = 0.20;

    /// <summary>The band of an unrounded probability; lower bounds are inclusive.</summary>
    public static RiskLevel Of(double probability) => probability switch
    {
        >= VeryHighFrom => RiskLevel.VeryHigh,
        >= HighFrom => RiskLevel.High,
        >= MediumFrom => RiskLevel.Medium,
        >= 0 => RiskLevel.Low,
        _ => throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is a number from 0 to 1."),
    };

    /// <summary>The one canonical spelling, in stores and on the wire.</summary>
    public static string ToWire(this RiskLevel level) => level switch
    {
        RiskLevel.NotAssessed => "not_assessed",
        RiskLevel.Low => "low",
        RiskLevel.Medium => "medium",
        RiskLevel.High => "high",
        RiskLevel.VeryHigh => "very_high",
    };

    /// <summary>Reads the canonical spelling in any letter case, surrounding blanks ignored.</summary>
    public static bool TryParse(string? text, out RiskLevel level)
    {
        foreach (var candidate in Enum.GetValues<RiskLevel>())
            if (candidate.ToWire().Equals(text?.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                level = candidate;
                return true;
            }

        level = RiskLevel.NotAssessed;
        return false;
    }
}
