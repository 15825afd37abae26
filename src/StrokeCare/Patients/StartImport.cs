using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Begins to bring the rows of a file in and returns at once; what becomes of it <see cref="WatchImportHandler"/> says.</summary>
public sealed class StartImportHandler(ImportDesk desk, AuditTrail audit)
{
    /// <summary>About 150,000 rows. Larger files are for the operator's verb, which does not hold them in memory.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    public static readonly Error UnderWay = new(ErrorKind.Conflict, "import.under_way", "An import is under way. Wait for its end, or cancel it.");

    public static readonly Error BrokenOff = new(
        ErrorKind.Unavailable, "import.broken_off", "A store did not answer, or the portal failed. What is stored stays stored: send the same file again to go on.");

    /// <summary>A file that cannot be read is refused whole. The stream is read until the import ends.</summary>
    public async Task<Result<ImportRun>> HandleAsync(MemoryStream file, Actor actor, CancellationToken ct)
    {
        var started = await StartAsync(file, actor, ct);
        return started.Succeeded ? started.Value.Begun : started.Error;
    }

    /// <summary>As <see cref="HandleAsync"/>, and waits for the end. Who stops waiting does not stop it.</summary>
    public async Task<Result<ImportRun>> HandleToEndAsync(MemoryStream file, Actor actor, CancellationToken ct)
    {
        var started = await StartAsync(file, actor, ct);
        if (!started.Succeeded) return started.Error;
        var ended = await started.Value.Ended.WaitAsync(ct);
        return ended.State switch
        {
            ImportState.Broken => BrokenOff,
            ImportState.Refused => Error.Denied,
            _ => ended,
        };
    }

    private async Task<Result<Started>> StartAsync(MemoryStream file, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "start an import", null, ct);
        var opened = KaggleFile.Open(file);
        if (!opened.Succeeded) return opened.Error;
        return desk.Start(opened.Value, actor) is var (begun, ended) ? new Started(begun, ended) : UnderWay;
    }

    private sealed record Started(ImportRun Begun, Task<ImportRun> Ended);
}
