using System.CommandLine;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

internal static class ServeCommand
{
    public static Option<bool> Migrate { get; } = new("--migrate") { Description = "Bring a PostgreSQL schema up to date first (SQLite always does it by itself)" };

    public static Command Create()
    {
        var command = new Command("serve", "Serve the portal (also without any verb)") { Migrate };
        command.SetAction((parse, ct) => RunAsync(parse.GetValue(Migrate), ct));
        return command;
    }

    public static async Task<int> RunAsync(bool migrate, CancellationToken ct)
    {
        var settings = Configuration.Read();
        var instance = InstanceOptions.From(settings);
        var listen = ListenOptions.From(settings);
        var options = StoreOptions.From(settings, instance);
        instance.Create();
        using var loggers = LoggerFactory.Create(logging => logging.AddPortalConsole());
        await using var stores = await Stores.OpenAsync(options, migrate, TimeProvider.System, loggers, ct);
        await using var app = PortalApp.Build(stores, instance, listen, MailOptions.From(settings, instance, listen), TimeProvider.System);
        var firstAdmin = app.Services.GetRequiredService<FirstAdmin>();
        var isEnsured = await firstAdmin.TryEnsureAsync(Announce, ct);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync($"STROKECARE_URLS: {taken.Message}");
            return Exit.Usage;
        }

        Console.WriteLine($"StrokeCare Portal on {string.Join(", ", app.Urls)} ({options.Describe()})");
        var ensuring = isEnsured ? Task.CompletedTask : firstAdmin.KeepTryingAsync(Announce, app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync(ct);
        await ensuring;
        return Exit.Done;
    }

    private static void Announce(string password) => Console.WriteLine(
        $"""

        First start: an admin account was made. This password is shown once; change it after signing in.
            user name  {FirstAdmin.Username}
            password   {password}

        """);
}
