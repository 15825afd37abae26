using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Console;
using StrokeCare.Server.Api;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>The serving portal: how it is built and the order in which a request passes through it.</summary>
internal static class PortalApp
{
    public static WebApplication Build(Stores stores, InstanceOptions instance, ListenOptions listen, MailOptions mail, TimeProvider time)
    {
        // Always the same environment: what runs in development is what runs in production.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytes.MaxDrained;
        });
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateScopes = provider.ValidateOnBuild = true);
        builder.Logging.AddPortalConsole();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddSingleton(time).AddStrokeCare(stores, instance).AddApi(instance, listen, mail).AddPortal(instance);
        var app = builder.Build();
        foreach (var url in listen.Urls) app.Urls.Add(url);
        app.UsePipeline(listen);
        app.MapRoutes();
        return app;
    }

    /// <summary>One line per event, warnings and worse of the framework, all of ours; never a body or a name.</summary>
    public static ILoggingBuilder AddPortalConsole(this ILoggingBuilder logging, bool toError = false)
    {
        logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddFilter("StrokeCare", LogLevel.Information)
            // Its base class says of each request without a token that it was challenged.
            .AddFilter(typeof(Accounts.TokenAuthentication).FullName, LogLevel.Warning)
            .AddFilter(typeof(PortalAuthentication).FullName, LogLevel.Warning)
            // It warns at each start that the keys lie unencrypted beside the others, in a folder that only their owner reads.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (toError) logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
    }

    private static void UsePipeline(this WebApplication app, ListenOptions listen)
    {
        if (listen.TrustedProxies.Count > 0) app.UseForwardedHeaders(Forwarding(listen));
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = PageFaults.AnswerAsync,
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = context => Api.Faults.IsExpected(context.Exception),
        });
        app.UseStatusCodePages(context => PageFaults.WriteStatusAsync(context.HttpContext));
        app.UseRouting();
        app.UseCookiePolicy();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UsePortal();
    }

    private static void MapRoutes(this WebApplication app)
    {
        app.MapAuth();
        app.MapOwnAccount();
        app.MapAdminUsers();
        app.MapAdmin();
        app.MapImport();
        app.MapPatients();
        app.MapAnalytics();
        app.MapHistory();
        app.MapDoctors();
        app.MapWorkingHours();
        app.MapAppointments();
        app.MapSecurity();
        app.MapHealth();
        app.MapDocs();
        app.MapPortal();
    }

    private static ForwardedHeadersOptions Forwarding(ListenOptions listen)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in listen.TrustedProxies) options.KnownIPNetworks.Add(network);
        return options;
    }
}
