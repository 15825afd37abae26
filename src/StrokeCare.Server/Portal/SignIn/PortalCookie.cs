using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Portal;

/// <summary>
/// The cookie of a signed-in browser. It names a session and holds nothing else; whether that session goes on is asked of
/// the store on each request. It ends with the browser.
/// </summary>
internal sealed class PortalCookie(IDataProtectionProvider protection)
{
    public const string Name = "__Host-strokecare";

    private readonly IDataProtector protector = protection.CreateProtector("StrokeCare.Portal.SignIn.v1");

    public static CookieOptions Options => new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true };

    public void Set(HttpContext http, User user, Session session) => http.Response.Cookies.Append(
        Name, protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{user.Id} {user.Epoch} {session.Id}")), Options);

    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options);

    /// <summary>Null for none, and for what is none of ours.</summary>
    public BrowserSession? Read(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } sent || protector.TryUnprotect(sent) is not { } text) return null;
        return text.Split(' ') is [var user, var epoch, var session]
            && int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new BrowserSession(new(id), number, session)
            : null;
    }
}

internal static class Protected
{
    /// <summary>Null for what was altered, made by another installation, or is past its time.</summary>
    public static string? TryUnprotect(this IDataProtector protector, string sealed64)
    {
        try
        {
            return protector.Unprotect(sealed64);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
