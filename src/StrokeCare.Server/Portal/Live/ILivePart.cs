using System.Security.Cryptography;
using System.Text;
using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Portal;

/// <summary>What of a page is drawn anew while it is open. One stands for one page that somebody has open.</summary>
internal interface ILivePart
{
    /// <summary>Whether it may be drawn otherwise after this row. It is asked for every row, so it looks nothing up.</summary>
    bool IsConcernedBy(LogRow row);

    /// <summary>Whether it has changed in a way that no row tells of. It is asked at each look, so it looks nothing up.</summary>
    bool HasMoved => false;

    /// <summary>As the page reads it, by the operation's own check of access, without a word in the log.</summary>
    Task<Result<LiveDrawing>> ReadAsync(Actor actor, CancellationToken ct);
}

/// <summary>What is to be drawn, and by which component.</summary>
internal sealed record LiveDrawing(Type Component, Dictionary<string, object?> Parameters)
{
    /// <summary>The same for the same content: what a page shows already is not sent again.</summary>
    public required string Mark { get; init; }

    /// <summary>A short sentence for those who hear the page.</summary>
    public required string Says { get; init; }

    /// <summary>Appends to the log whatever of it its reader has not had before; durable before it is sent.</summary>
    public required Func<CancellationToken, Task> SeenAsync { get; init; }

    /// <summary>Its reader has it already, from the page as it was opened, which is in the log.</summary>
    public Action HadAlready { get; init; } = () => { };
}

internal static class Marks
{
    public static string Of(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..32];
}
