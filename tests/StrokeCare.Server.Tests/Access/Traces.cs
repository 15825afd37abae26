using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>What a request can leave behind: every record and account with its version, the open sessions of some accounts, and how long the log is.</summary>
internal sealed record Traces(IReadOnlySet<string> Versions, IReadOnlySet<string> Sessions, long LogSeq)
{
    public static async Task<Traces> OfAsync(RunningPortal portal, params IReadOnlyList<UserId> accounts)
    {
        await portal.SettleAsync();
        return new(await VersionsAsync(portal), await SessionsAsync(portal, accounts), await HeadAsync(portal));
    }

    /// <summary>The same, from what was there before if the log has not grown since: no version is without its row.</summary>
    public static async Task<Traces> SinceAsync(Traces? before, RunningPortal portal, params IReadOnlyList<UserId> accounts)
    {
        await portal.SettleAsync();
        return before is not null && before.LogSeq == await HeadAsync(portal)
            ? before with { Sessions = await SessionsAsync(portal, accounts) }
            : await OfAsync(portal, accounts);
    }

    /// <summary>What is there now and was not, and the other way round; empty when nothing has changed but the log.</summary>
    public IReadOnlyList<string> ChangedTo(Traces later) =>
        [.. New(Versions, later.Versions).Concat(New(Sessions, later.Sessions))];

    /// <summary>The rows that the log has got since.</summary>
    public Task<IReadOnlyList<LogRow>> RowsSinceAsync(RunningPortal portal) => portal.Get<ISecurityLog>().ReadAfterAsync(LogSeq, 100, CancellationToken.None);

    private static async Task<long> HeadAsync(RunningPortal portal) => (await portal.Get<ISecurityLog>().HeadAsync(CancellationToken.None)).Seq;

    private static async Task<HashSet<string>> VersionsAsync(RunningPortal portal)
    {
        var versions = new HashSet<string>();
        foreach (var source in portal.Get<IReadOnlyList<IChangeSource>>())
        {
            await foreach (var entity in source.VersionsAsync(CancellationToken.None)) versions.Add($"{entity.Type} {entity.Id} at {entity.Version}");
        }

        return versions;
    }

    private static async Task<HashSet<string>> SessionsAsync(RunningPortal portal, IReadOnlyList<UserId> accounts)
    {
        var sessions = new HashSet<string>();
        foreach (var account in accounts)
        {
            foreach (var session in await portal.Get<ISessionStore>().OpenOfAsync(account, portal.Get<TimeProvider>().GetUtcNow(), CancellationToken.None))
                // Not when it was used: whoever asks uses theirs, and once a minute that is written down.
                sessions.Add($"session {session.Id} of {session.UserId}");
        }

        return sessions;
    }

    private static IEnumerable<string> New(IReadOnlySet<string> before, IReadOnlySet<string> after) =>
        before.Except(after).Select(gone => $"gone: {gone}").Concat(after.Except(before).Select(come => $"new: {come}"));
}
