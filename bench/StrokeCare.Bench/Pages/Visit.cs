using System.Globalization;
using StrokeCare.Accounts;

namespace StrokeCare.Bench.Pages;

/// <summary>A first visit to one page, several times over.</summary>
internal sealed record Visit
{
    public const double PaintAim = 500;
    public const int PatientBytes = 150 * 1024;
    public const int StaffBytes = 600 * 1024;

    public required string Route { get; init; }

    public required Role? As { get; init; }

    /// <summary>Milliseconds from the beginning of the navigation.</summary>
    public required IReadOnlyList<double> Paints { get; init; }

    /// <summary>Bodies and headers of all that was asked for, as they went over the wire.</summary>
    public required int Bytes { get; init; }

    private bool IsStaff => As is Role.Doctor or Role.Admin;

    private bool IsMet => Bytes <= (IsStaff ? StaffBytes : PatientBytes) && (IsStaff || Statistics.Median(Paints) <= PaintAim);

    public static string ToMarkdown(IReadOnlyList<Visit> visits) => string.Create(CultureInfo.InvariantCulture, $"""

        ### First visits in Chromium

        Aims: first contentful paint of a page for patients or for anyone ≤ {PaintAim:0} ms (median of {visits[0].Paints.Count} cold loads), bytes transferred ≤ {PatientBytes / 1024} KB there and ≤ {StaffBytes / 1024} KB on pages for staff.

        | page | as | first contentful paint, median (highest) | transferred | met |
        |---|---|---|---|---|
        {string.Join("\n", visits)}

        """);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| `{Route}` | {As?.ToString().ToLowerInvariant() ?? "anyone"} | {Line.Milliseconds(Statistics.Median(Paints))} ({Line.Milliseconds(Paints.Max())}) | {Bytes / 1024.0:0.0} KB | {(IsMet ? "yes" : "**no**")} |");
}
