using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>The newest rows of <see cref="LogPage"/> while it is open.</summary>
internal sealed class LogPart(QueryLogHandler handler, LogSelection chosen, ClinicClock clock, Cursors seals) : ILivePart
{
    public const int PageSize = 50;

    private bool isFollowed;

    /// <summary>Rows never change, and the newest is at one end.</summary>
    public static string MarkOf(IReadOnlyList<LogRow> rows) =>
        Marks.Of(rows is [var newest, ..] ? string.Create(CultureInfo.InvariantCulture, $"{rows.Count} {newest.Seq} {rows[^1].Seq}") : "");

    /// <summary>The name under which the cursor of what is older is sealed.</summary>
    public static string ListOf(LogFilter filter) => $"log page {filter}";

    public bool IsConcernedBy(LogRow row) => true;

    public async Task<Result<LiveDrawing>> ReadAsync(Actor actor, CancellationToken ct)
    {
        var filter = chosen.ToFilter(clock) with { Limit = PageSize };
        var read = await handler.ReadAsync(filter, actor, ct);
        if (!read.Succeeded) return read.Error;
        var (rows, older) = (read.Value.Items, read.Value.Next);
        return new LiveDrawing(typeof(LogRows), new()
        {
            [nameof(LogRows.Rows)] = rows,
            [nameof(LogRows.Path)] = chosen.Link("/admin/log"),
            [nameof(LogRows.Next)] = older is null ? null : seals.Seal(ListOf(filter), actor, older),
        })
        {
            Mark = MarkOf(rows),
            Says = rows.Count == 0 ? "No row matches." : string.Create(CultureInfo.InvariantCulture, $"New rows in the log, up to number {rows[0].Seq}."),
            SeenAsync = token => FollowAsync(actor, token),
        };
    }

    private async Task FollowAsync(Actor actor, CancellationToken ct)
    {
        if (isFollowed) return;
        await handler.FollowedAsync(actor, ct);
        isFollowed = true;
    }
}
