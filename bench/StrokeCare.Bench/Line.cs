using System.Globalization;

namespace StrokeCare.Bench;

/// <summary>One line of the report.</summary>
internal sealed record Line
{
    public required string What { get; init; }

    public required string Ours { get; init; }

    public string ByHand { get; init; } = "";

    public double? Ratio { get; init; }

    public (double Low, double High)? Spread { get; init; }

    public double? CpuRatio { get; init; }

    public string Aim { get; init; } = "";

    /// <summary>Null where nothing is aimed at.</summary>
    public bool? Met { get; init; }

    public static string Milliseconds(double value) => value switch
    {
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.0} s"),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value * 1000:0} µs"),
    };

    public static string PerSecond(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(value >= 1000 ? Math.Round(value / 10) * 10 : value):#,0}/s");

    public override string ToString()
    {
        var ratio = Ratio is { } r ? string.Create(CultureInfo.InvariantCulture, $"{r:0.00}") : "";
        var spread = Spread is { } s ? string.Create(CultureInfo.InvariantCulture, $" ({s.Low:0.00}–{s.High:0.00})") : "";
        var cpu = CpuRatio is { } c ? string.Create(CultureInfo.InvariantCulture, $"{c:0.00}") : "";
        var met = Met switch
        {
            true => "yes",
            false => "**no**",
            null => "",
        };
        return $"| {What} | {Ours} | {ByHand} | {ratio}{spread} | {cpu} | {Aim} | {met} |";
    }
}
