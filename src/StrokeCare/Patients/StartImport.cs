using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Begins to bring the rows of a file in and returns at once; what becomes of it <see cref="WatchImportHandler"/> says.</summary>
public sealed class StartImportHandler(ImportDesk desk, AuditTrail audit)
{
    /// <summary>About 150,000 rows. Larger files are for the operator's verb, which does not hold them in memory.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    public static readonly Error UnderWay = new(ErrorKind.Conflict, "import.under_way", "An import is under way. Wait for its end, or cancel it.");

    /// <summary>A file that cannot be read is refused whole. The stream is read until the import ends.</summary>
    public async Task<Result<ImportRun>> HandleAsync(MemoryStream file, Actor actor, CancellationToken ct)
    {
        if (actor.Role != Role.Admin) return await audit.DeniedAsync(actor, "start an import", null, ct);
        var opened = KaggleFile.Open(file);
        if (!opened.Succeeded) return opened.Error;
        if (desk.Start(opened.Value, actor) is { } run) return run;
        return UnderWay;
    }
}
