using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>How far the import is, while <see cref="ImportPage"/> is open. It is in this process, so no row has to tell of it.</summary>
internal sealed class ImportPart(WatchImportHandler handler) : ILivePart
{
    private ImportRun? seen;

    public bool HasMoved => handler.HasMoved(seen);

    public bool IsConcernedBy(LogRow row) => false;

    public async Task<Result<LiveDrawing>> ReadAsync(Actor actor, CancellationToken ct)
    {
        var read = await handler.HandleAsync(actor, ct);
        if (!read.Succeeded) return read.Error;
        seen = read.Value.Run;
        return new LiveDrawing(typeof(ImportStatus), new() { [nameof(ImportStatus.Run)] = seen })
        {
            Mark = MarkOf(seen),
            Says = seen is null ? "Nothing is being imported." : ImportWords.Says(seen),
            SeenAsync = _ => Task.CompletedTask,
        };
    }

    public static string MarkOf(ImportRun? run) => Marks.Of(run is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{run.Id} {run.State} {run.Progress.Rows}"));
}
