using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Server.Portal;

/// <summary>A page that somebody has open, as <see cref="LiveFeed"/> knows it: what to wake it for.</summary>
internal sealed class LivePage(LiveFeed feed, UserId account, ILivePart? part) : IDisposable
{
    private readonly Signal woken = new();
    private int due = 1;

    public UserId Account => account;

    public ILivePart? Part => part;

    /// <summary>Takes the answer with it: asked twice, it is due once.</summary>
    public bool TakeDue() => Interlocked.Exchange(ref due, 0) == 1;

    /// <summary>A row about the account itself wakes the page too: its reader may just have lost what let them in.</summary>
    public void Hear(LogRow row)
    {
        if (part?.IsConcernedBy(row) == true) Wake();
        else if (row.TargetUserId == account.Value || row.UserId == account.Value) woken.Raise();
    }

    public void Wake()
    {
        Interlocked.Exchange(ref due, 1);
        woken.Raise();
    }

    public Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken ct) => woken.WaitAsync(atMost, time, ct);

    public void Dispose()
    {
        feed.Close(this);
        woken.Dispose();
    }
}
