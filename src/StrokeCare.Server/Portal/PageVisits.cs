using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>
/// What is the same for every page before it is made: open pages hear who is signed in, whoever has a password that
/// another knows is led to change it, and a draft that was kept over a sign-in is put before the page.
/// </summary>
internal sealed class PageVisits(RequestDelegate next, Drafts drafts, IAntiforgery antiforgery)
{
    private const string PasswordPage = "/account/password";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is null)
        {
            await next(http);
            return;
        }

        var isOpen = http.GetEndpoint()!.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (isOpen && http.Request.Cookies.ContainsKey(PortalCookie.Name)) await RecogniseAsync(http);
        var caller = http.Features.Get<Caller>();
        if (!isOpen && caller is { User.MustChangePassword: true } && !IsBeforeAll(http.Request.Path))
        {
            http.Response.Redirect(PasswordPage);
            return;
        }

        if (caller is not null && http.GetEndpoint()!.Metadata.GetMetadata<TakesFileAttribute>() is { } file) await Uploads.ReadAsync(http, file);
        if (caller is not null && HttpMethods.IsPost(http.Request.Method)) await RestoreAsync(http, caller);
        await next(http);
    }

    // The page of the password is open like any other, and hears when its session ends.
    private static bool IsBeforeAll(PathString path) => path.StartsWithSegments(PasswordPage, StringComparison.Ordinal) || path.StartsWithSegments(LiveRoutes.Plain, StringComparison.Ordinal);

    // The warning signs of a stroke are shown whether or not the accounts can be read.
    private static async Task RecogniseAsync(HttpContext http)
    {
        try
        {
            var seen = await http.AuthenticateAsync(PortalAuthentication.Scheme);
            if (seen.Principal is { } principal) http.User = principal;
        }
        catch (StoreUnavailableException)
        {
            http.Features.Set<Caller>(null);
        }
    }

    // From here on it is a look at the page: nothing is done with what comes back until its owner sends it again.
    private async Task RestoreAsync(HttpContext http, Caller caller)
    {
        if (!http.Request.HasFormContentType) return;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.ContainsKey(Drafts.KeepField))
        {
            await KeepAsync(http, caller, form);
            return;
        }

        if (!form.TryGetValue(Drafts.Field, out var sent)) return;
        http.Request.Method = HttpMethods.Get;
        var draft = drafts.Open(sent);
        if (draft is null || draft.User != caller.Actor.Id.Value || draft.Path != http.Request.Path.Value + http.Request.QueryString.Value) return;
        http.Features.Set(draft);
    }

    // The page thought that its session was over, and it is not: it is shown again as it was typed into.
    private async Task KeepAsync(HttpContext http, Caller caller, IFormCollection form)
    {
        var isOurs = await antiforgery.IsRequestValidAsync(http);
        http.Request.Method = HttpMethods.Get;
        if (isOurs) http.Features.Set(Drafts.Of(caller.Actor.Id, http.Request, form));
    }
}
