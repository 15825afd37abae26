using System.Globalization;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Portal;

/// <summary>What a page knows of the session it was made for, to warn before it ends and to be closed with it.</summary>
internal static class OpenPage
{
    /// <summary>Tells pages of one session from those of another, or from before the password was changed in it; it opens nothing.</summary>
    public static string MarkOf(string session, int epoch) => Marks.Of(string.Create(CultureInfo.InvariantCulture, $"{session} {epoch}"));

    /// <summary>From now, since the clock of a browser may stand anywhere.</summary>
    public static SessionRest Until(SessionEnd end, TimeProvider time) =>
        new(Math.Max(0, (long)(end.At - time.GetUtcNow()).TotalMilliseconds), end.IsFinal);
}

/// <summary>How many milliseconds are left of a session, and whether using it moves that.</summary>
internal sealed record SessionRest(long Left, bool IsFinal);
