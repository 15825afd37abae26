namespace StrokeCare.Accounts;

/// <summary>
/// Who acts in a browser that holds a session: as <see cref="ResolveActorHandler"/>, and only while somebody is there.
/// A browser renews no tokens; each use moves the session's last use instead, at most once a minute.
/// </summary>
public sealed class ContinueSessionHandler(ResolveActorHandler actors, ISessionStore sessions, TimeProvider time)
{
    private static readonly TimeSpan Moved = TimeSpan.FromMinutes(1);

    /// <summary>Staff sit at screens that others pass by; patients read slowly, and at home.</summary>
    public static TimeSpan IdleLimit(Role role) => role switch
    {
        Role.Admin or Role.Doctor => TimeSpan.FromMinutes(15),
        Role.Patient => TimeSpan.FromMinutes(30),
    };

    public async Task<ResolvedActor?> HandleAsync(BrowserSession browser, Origin origin, CancellationToken ct)
    {
        if (await LookAsync(browser, origin, ct) is not { } resolved) return null;
        var (session, now) = (resolved.Session, time.GetUtcNow());
        if (now - session.LastUsedAt < Moved) return resolved;
        // False: the password was changed at this very moment, and moved it as well.
        return await sessions.RenewAsync(new(session.Id, session.TokenHash, session.Epoch, now) { UsedTokenHash = session.TokenHash }, ct)
            ? resolved with { Session = session with { LastUsedAt = now } }
            : resolved;
    }

    /// <summary>The same for a page that only stands open: nobody has used it, so the session's end stays where it is.</summary>
    public async Task<ResolvedActor?> LookAsync(BrowserSession browser, Origin origin, CancellationToken ct) =>
        await actors.HandleAsync(browser.User, browser.Epoch, browser.Session, origin, ct) is { } resolved && time.GetUtcNow() < SessionEnd.Of(resolved).At ? resolved : null;
}

/// <summary>What a browser says it holds; whether that is still so is asked of the store, each time.</summary>
public readonly record struct BrowserSession(UserId User, int Epoch, string Session);

/// <summary>When a browser's session ends if nobody uses it until then; final, if no use moves that any more.</summary>
public readonly record struct SessionEnd(DateTimeOffset At, bool IsFinal)
{
    public static SessionEnd Of(ResolvedActor resolved)
    {
        var (session, idle) = (resolved.Session, resolved.Session.LastUsedAt + ContinueSessionHandler.IdleLimit(resolved.Actor.Role));
        return idle < session.ExpiresAt ? new(idle, IsFinal: false) : new(session.ExpiresAt, IsFinal: true);
    }
}
