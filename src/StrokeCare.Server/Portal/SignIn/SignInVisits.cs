using StrokeCare.Accounts;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Begins and ends a browser's session, by the very operations that the API has for it.</summary>
internal sealed class SignInVisits(SignInDesk desk, RevokeSessionHandler revoke, PortalCookie cookie, Drafts drafts)
{
    /// <summary>Who was signed in before in this browser is not any more.</summary>
    public async Task<Result<User>> BeginAsync(SignIn command, HttpContext http, CancellationToken ct)
    {
        var signedIn = await desk.SignInAsync(command, Origins.Of(http), ct);
        if (!signedIn.Succeeded) return signedIn.Error;
        if (http.Features.Get<Caller>() is { } before) await revoke.HandleAsync(before.Session.Id, before.Actor, ct);
        var who = signedIn.Value.Who;
        cookie.Set(http, who.User, who.Session);
        return who.User;
    }

    public async Task EndAsync(Caller caller, HttpContext http, CancellationToken ct)
    {
        await revoke.HandleAsync(caller.Session.Id, caller.Actor, ct);
        PortalCookie.Clear(http);
    }

    /// <summary>Where the draft is to be shown, if it is this person's.</summary>
    public string? PathOf(string? sealedDraft, User user) =>
        drafts.Open(sealedDraft) is { } draft && draft.User == user.Id.Value ? LocalPaths.Local(draft.Path) : null;
}
