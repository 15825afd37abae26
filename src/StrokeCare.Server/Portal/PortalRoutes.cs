using Microsoft.AspNetCore.CookiePolicy;
using Microsoft.AspNetCore.DataProtection;
using StrokeCare.Server.Api;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Portal;

/// <summary>The pages: what they need and where they are. They call the operations of the API; none has a rule of its own.</summary>
internal static class PortalRoutes
{
    public const string AntiforgeryCookie = "__Host-antiforgery";

    public static IServiceCollection AddPortal(this IServiceCollection services, InstanceOptions instance)
    {
        services.AddRazorComponents();
        services.AddDataProtection().SetApplicationName("strokecare").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(instance.Keys, "web")));
        // __Host- asks for Secure, and browsers take that from http on this machine too; the framework's own setting would
        // refuse to work there, so the cookie policy adds it.
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = AntiforgeryCookie;
            options.Cookie.Path = "/";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.None;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<CookiePolicyOptions>(policy =>
        {
            policy.Secure = CookieSecurePolicy.Always;
            policy.HttpOnly = HttpOnlyPolicy.Always;
        });
        services.AddAuthenticationCore(schemes => schemes.AddScheme<PortalAuthentication>(PortalAuthentication.Scheme, null));
        return services
            .AddSingleton(InstanceNotice.Of(instance))
            .AddSingleton<PortalAssets>()
            .AddSingleton<PortalCookie>()
            .AddSingleton<Drafts>()
            .AddSingleton<SlotDays>()
            .AddSingleton<AccessLogs>()
            .AddSingleton<PatientChart>()
            .AddSingleton<SummaryDesk>()
            .AddSingleton<SignInVisits>()
            .AddSingleton<SignInRequests>()
            .AddSingleton<LiveFeed>()
            .AddSingleton<LiveStreams>();
    }

    public static void UsePortal(this IApplicationBuilder app)
    {
        app.UseMiddleware<PageVisits>();
        app.UseAntiforgery();
    }

    public static void MapPortal(this IEndpointRouteBuilder app)
    {
        app.MapRazorComponents<App>().Add(PageAccess.Apply);
        app.MapGet("/assets/{hash}/{name}", (string hash, string name, HttpContext http, PortalAssets assets) => assets.Answer(hash, name, http))
            .Open().AuditsNothing("style sheet, scripts and mark").ExcludeFromDescription();
        app.MapDownloads();
        app.MapLogDownload();
        app.MapRejectedRows();
        app.MapLive();
    }
}
