using StrokeCare.Consistency;

namespace StrokeCare.Server.Tests.Support;

internal static class Intents
{
    /// <summary>What was begun and is not at its end. A later look at an archived patient is not due for a minute, and other tests archive too.</summary>
    public static async Task<IReadOnlyList<Intent>> UnfinishedAsync(this RunningPortal portal) =>
        [.. (await portal.Get<IIntentStore>().OpenAsync(DateTimeOffset.MaxValue, null, 1000, CancellationToken.None)).Where(open => open.Kind != IntentKind.ArchivedLately)];
}
