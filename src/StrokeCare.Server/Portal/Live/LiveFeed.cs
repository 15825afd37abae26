using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Server.Portal;

/// <summary>
/// Follows the log once for all pages that are open in this process, while any is. A page hears of what concerns it and
/// reads for itself; of a stretch that nobody followed it hears that there may have been something.
/// </summary>
internal sealed class LiveFeed(LogTail tail, ISecurityLog log, TimeProvider time, ILogger<LiveFeed> logger) : IDisposable
{
    /// <summary>More than anybody looks at. Only pages in sight hold a stream.</summary>
    public const int MostOfOneAccount = 24;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<LivePage> pages = [];
    private readonly Signal opened = new();

    /// <summary>Null when the account has as many as it may have.</summary>
    public LivePage? Open(UserId account, ILivePart? part)
    {
        var page = new LivePage(this, account, part);
        lock (gate)
        {
            if (pages.Count(one => one.Account == account) >= MostOfOneAccount) return null;
            pages.Add(page);
        }

        opened.Raise();
        return page;
    }

    public void Close(LivePage page)
    {
        lock (gate) pages.Remove(page);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var runner = new JobRunner("following of changes for open pages", logger);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await opened.WaitAsync(Pause, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }

            if (Tell(_ => { })) await runner.TryAsync(FollowAsync, ct);
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        // What a page read before this head it may have read too early; what comes after it is heard.
        var head = (await log.HeadAsync(ct)).Seq;
        Tell(page => page.Wake());
        await foreach (var row in tail.FollowAsync(head, ct))
        {
            if (!Tell(page => page.Hear(row))) return;
        }
    }

    // Under the lock, since a page that has left cannot be woken any more. False: there is none.
    private bool Tell(Action<LivePage> tell)
    {
        lock (gate)
        {
            foreach (var page in pages) tell(page);
            return pages.Count > 0;
        }
    }

    public void Dispose() => opened.Dispose();
}
