using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Pages know people by their cookie, as the API knows programs by their token: on every request the account and its session are read from the store.</summary>
internal sealed class PortalAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, PortalCookie cookie, ContinueSessionHandler sessions, SignInRequests requests)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Portal";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (cookie.Read(Context) is not { } browser) return AuthenticateResult.NoResult();
        if (await ResolveAsync(browser, Origins.Of(Context), Context.RequestAborted) is not { } resolved) return AuthenticateResult.Fail("The session has ended.");
        Context.Features.Set(new Caller(resolved));
        return AuthenticateResult.Success(new(PrincipalOf(resolved), Scheme));
    }

    private Task<ResolvedActor?> ResolveAsync(BrowserSession browser, Origin origin, CancellationToken ct) =>
        Context.GetEndpoint()?.Metadata.GetMetadata<UsesNothing>() is null ? sessions.HandleAsync(browser, origin, ct) : sessions.LookAsync(browser, origin, ct);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => requests.AskAsync(Context);

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var caller = await Caller.BindAsync(Context);
        await requests.RefuseAsync(Context, caller.Actor);
    }

    /// <summary>The id is in it because antiforgery tokens are bound to it: one person's form is no use to another.</summary>
    private static ClaimsPrincipal PrincipalOf(ResolvedActor resolved) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, resolved.Actor.Id.ToString()), new Claim(ClaimTypes.Role, resolved.Actor.Role.Wire())], Scheme));
}

/// <summary>What a page answers to who may not see it.</summary>
internal sealed class SignInRequests(PortalCookie cookie, Drafts drafts, AuditTrail audit)
{
    /// <summary>Sends them to the sign-in page. What they had typed goes with them.</summary>
    public async Task AskAsync(HttpContext http)
    {
        var request = http.Request;
        var ended = cookie.Read(http);
        if (ended is not null) PortalCookie.Clear(http);
        // A file is not kept, and not even read.
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || Uploads.HasFile(request))
        {
            var to = LocalPaths.IsHome(request.Path) ? "" : $"?to={Uri.EscapeDataString(request.Path + request.QueryString)}";
            http.Response.Redirect($"/sign-in{to}{(ended is null ? "" : to.Length > 0 ? "&ended=1" : "?ended=1")}");
            return;
        }

        var kept = ended is { } browser ? drafts.Seal(browser.User, request, await request.ReadFormAsync(http.RequestAborted)) : null;
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await PageResult.Of<SignInPage>(new() { [nameof(SignInPage.KeptDraft)] = kept, [nameof(SignInPage.HasEnded)] = true }).ExecuteAsync(http);
    }

    public async Task RefuseAsync(HttpContext http, Actor actor)
    {
        await audit.DeniedAsync(actor, $"open {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "a page"}", null, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        await PageResult.Of<RefusedPage>([]).ExecuteAsync(http);
    }
}

/// <summary>A page that is answered in place of the one asked for.</summary>
internal static class PageResult
{
    public static RazorComponentResult<App> Of<TPage>(Dictionary<string, object?> parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(App.Page)] = typeof(TPage), [nameof(App.PageParameters)] = parameters }) { PreventStreamingRendering = true };
}
