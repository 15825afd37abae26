using System.Globalization;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>Imports as plain sentences.</summary>
internal static class ImportWords
{
    public static string TitleOf(ImportState state) => state switch
    {
        ImportState.Running => "Import under way",
        ImportState.Cancelling => "Import being cancelled",
        ImportState.Done => "Import done",
        ImportState.Cancelled => "Import cancelled",
        ImportState.Interrupted => "Import interrupted",
        ImportState.Refused => "Import refused",
        ImportState.Broken => "Import broken off",
    };

    /// <summary>What became of it, and what to do. Null while it goes on, and when all is well.</summary>
    public static string? AdviceOf(ImportRun run) => run.State switch
    {
        ImportState.Running or ImportState.Done => null,
        ImportState.Cancelling => "It stops after the rows it is at.",
        ImportState.Cancelled => $"What is stored stays stored. {GoOn}",
        ImportState.Interrupted => $"The portal was stopped. What is stored stays stored. {GoOn}",
        ImportState.Refused => $"Whoever began it may not import any more. What is stored stays stored. {GoOn}",
        ImportState.Broken => $"A store did not answer, or the portal failed: its operator finds the cause. What is stored stays stored, perhaps a few rows more than are counted here. {GoOn}",
    };

    public static string Says(ImportRun run) => run.IsUnderWay
        ? string.Create(CultureInfo.InvariantCulture, $"{run.Percent} percent imported, {run.Progress.Rows:#,0} of {run.Rows:#,0} rows.")
        : string.Create(CultureInfo.InvariantCulture, $"{TitleOf(run.State)}. {run.Progress.Imported:#,0} new, {run.Progress.AlreadyPresent:#,0} already there, {run.Progress.Rejected:#,0} rejected.");

    public static string Rows(long count) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? "row" : "rows")}");

    private const string GoOn = "Send the same file again to go on: rows that are there already are not brought in twice.";
}
