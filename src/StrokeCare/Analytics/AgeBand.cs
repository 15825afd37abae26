using System.Text.Json.Serialization;

namespace StrokeCare.Analytics;

/// <summary>Ages in whole years, as clinics of stroke count them: stroke is rare before 45, and the risk about doubles with each decade after 55.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgeBand>))]
public enum AgeBand
{
    [JsonStringEnumMemberName("under_18")] Under18,
    [JsonStringEnumMemberName("18_44")] From18,
    [JsonStringEnumMemberName("45_54")] From45,
    [JsonStringEnumMemberName("55_64")] From55,
    [JsonStringEnumMemberName("65_74")] From65,
    [JsonStringEnumMemberName("75_84")] From75,
    [JsonStringEnumMemberName("85_and_over")] From85,
}

public static class AgeBands
{
    /// <summary>Where each band after the first begins, in years: as many of them as an age has reached is its band.</summary>
    public static IReadOnlyList<int> Bounds { get; } = [18, 45, 55, 65, 75, 85];
}
