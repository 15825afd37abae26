using Microsoft.AspNetCore.Http;
using StrokeCare.Accounts;
using StrokeCare.Server.Portal;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The cookie of a browser, from the portal's own keys: signing in is a test of its own.</summary>
internal static class BrowserCookie
{
    public static string CookieOf(this RunningPortal portal, User user, Session session)
    {
        var http = new DefaultHttpContext();
        portal.Get<PortalCookie>().Set(http, user, session);
        return Uri.UnescapeDataString(http.Response.Headers.SetCookie.ToString().Split(';')[0]);
    }

    /// <summary>In a session of its own.</summary>
    public static async Task<(string Cookie, Session Session)> SignInAsync(this RunningPortal portal, Person person)
    {
        var user = (await portal.Get<IUserStore>().FindAsync(portal.IdOf(person), default))!;
        var session = await portal.OpenSessionAsync(user);
        return (portal.CookieOf(user, session), session);
    }
}
