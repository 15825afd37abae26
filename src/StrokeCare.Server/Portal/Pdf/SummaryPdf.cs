using System.Globalization;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Portal;

/// <summary>What is on the one page.</summary>
internal sealed record SummaryOnPaper
{
    public required PatientExport Export { get; init; }

    public required IReadOnlyList<HistoryEntry> Newest { get; init; }

    public required string Doctor { get; init; }

    public required string PrintedBy { get; init; }

    public required DateTimeOffset At { get; init; }

    public required ClinicClock Clock { get; init; }
}

/// <summary>A patient's record on one A4 page, to take to another doctor.</summary>
internal static class SummaryPdf
{
    public const int MostEntries = 8;

    public static byte[] Write(SummaryOnPaper summary)
    {
        using var page = new PdfPageWriter("Summary of my record");
        var details = summary.Export.Patient.Details;
        page.Title("Summary of my record");
        Banner(page, summary);
        page.Heading("Health");
        foreach (var (name, value) in RecordFacts.Health(details)) page.Fact(name, value ?? Words.Unknown);
        Risk(page, summary.Export.Risk);
        page.Heading("History, newest first");
        if (summary.Newest.Count == 0) page.Text("Nothing is written yet.");
        foreach (var entry in summary.Newest)
            page.Fact(Words.Clinical(summary.Clock.At(entry.Text.RecordDate).Date), entry.EnteredInError ? $"{entry.Text.Diagnosis} (entered in error)" : entry.Text.Diagnosis);
        var wall = summary.Clock.At(summary.At);
        return page.Finish(
            $"Printed on {Words.Clinical(wall.Date)} at {Words.Of(wall.Time)} ({summary.Clock.TimeZone}) by {summary.PrintedBy} from StrokeCare Portal. Record version {summary.Export.Patient.Version.ToString(CultureInfo.InvariantCulture)}, model {summary.Export.Risk.Demonstration.Model}. A screening aid, not a diagnosis.");
    }

    private static void Banner(PdfPageWriter page, SummaryOnPaper summary)
    {
        var details = summary.Export.Patient.Details;
        page.Strong(Words.Name(details.FirstName, details.LastName, Words.Unknown));
        page.Fact("Born", details.DateOfBirth is { } birth ? Words.Clinical(birth) : Words.Unknown);
        page.Fact("Gender", details.Gender is { } gender ? Spelling.Of(gender) : Words.Unknown);
        page.Fact("Record number", details.Mrn ?? Words.Unknown);
        page.Fact("Doctor", summary.Doctor);
    }

    private static void Risk(PdfPageWriter page, RiskReport report)
    {
        page.Heading("Stroke risk");
        foreach (var score in report.Published)
            page.Fact(score.Name, score.Applicable ? $"{score.Display} within {score.Horizon}" : $"Does not apply: {score.WhyNot}");
        page.Small($"{report.Demonstration.Text} {report.Demonstration.Notice}");
    }
}
