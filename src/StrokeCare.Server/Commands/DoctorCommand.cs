using System.CommandLine;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

/// <summary>One thing production needs, and whether it is there.</summary>
internal sealed record Checkup(string Name, bool Well, string Says);

/// <summary>Says what is missing for production. It changes nothing.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the checks as JSON" };

    public static Command Create()
    {
        var command = new Command("doctor", "Say what is missing for production") { Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var checks = await LookAsync(ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(checks, VerbOutput.Json));
        else foreach (var check in checks) Console.WriteLine($"{(check.Well ? "ok     " : "missing")}  {check.Name}: {check.Says}");
        return checks.All(check => check.Well) ? Exit.Done : Exit.Failed;
    }

    private static async Task<List<Checkup>> LookAsync(CancellationToken ct)
    {
        var settings = Configuration.Read();
        var listen = ListenOptions.From(settings);
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var stores = await session.Get<StoreHealth>().LookAsync(ct);
        return
        [
            Transport(listen),
            Secret(session.Instance),
            PasswordEngine(),
            .. stores.Select(store => new Checkup(store.Key, store.Value is "healthy" or "off", store.Value)),
            .. await TopologyAsync(session, ct),
            await AdminAsync(session, ct),
            await CoverageAsync(session, ct),
            new("backup", false, "there is no backup verb yet; copy the instance directory while the portal is stopped."),
        ];
    }

    private static Checkup Transport(ListenOptions listen) =>
        listen.Urls.All(url => url.StartsWith("https:", StringComparison.Ordinal)) || listen.TrustedProxies.Count > 0
            ? new("transport", true, "TLS, or a listed proxy that ends it.")
            : new("transport", false, "plain http on this machine only; set STROKECARE_URLS to https, or list a proxy in STROKECARE_TRUSTED_PROXIES.");

    private static Checkup Secret(InstanceOptions instance)
    {
        if (OperatingSystem.IsWindows()) return new("instance", true, instance.Directory);
        var open = new List<string>();
        foreach (var file in Directory.EnumerateFiles(instance.Keys))
        {
            if (File.GetUnixFileMode(file) != (UnixFileMode.UserRead | UnixFileMode.UserWrite)) open.Add(file);
        }

        return open.Count == 0
            ? new("instance", true, $"{instance.Directory} is private.")
            : new("instance", false, $"others can read {string.Join(", ", open)}.");
    }

    private static Checkup PasswordEngine() => Passwords.Engine == "libxcrypt"
        ? new("passwords", true, $"bcrypt of cost {Passwords.Cost} by libxcrypt.")
        : new("passwords", true, $"bcrypt of cost {Passwords.Cost} by {Passwords.Engine}; with libxcrypt (libcrypt.so) on this system it takes 0.6 to 0.8 times the processor time.");

    private static async Task<IEnumerable<Checkup>> TopologyAsync(OperatorSession session, CancellationToken ct)
    {
        if (!session.IsMongoConnected) return [];
        var (_, warnings) = await session.Mongo.Operations.LookAsync(ct);
        return warnings.Count == 0 ? [new("topology", true, "MongoDB goes on when a server fails.")] : warnings.Select(warning => new Checkup("topology", false, warning));
    }

    private static async Task<Checkup> AdminAsync(OperatorSession session, CancellationToken ct)
    {
        var first = await session.Get<IUserStore>().FindByUsernameAsync(FirstAdmin.Username, ct);
        if (first is { MustChangePassword: true, IsActive: true })
            return new("admin", false, $"the account {FirstAdmin.Username} still has the password of the first start.");
        return await session.Get<IUserStore>().AnyAdminAsync(ct)
            ? new("admin", true, "there is an admin.")
            : new("admin", false, "there is no admin: strokecare create-user --role admin …");
    }

    private static async Task<Checkup> CoverageAsync(OperatorSession session, CancellationToken ct)
    {
        var head = await session.Get<ISecurityLog>().HeadAsync(ct);
        var covered = session.Get<CheckpointFile>().Last(session.Get<SigningKeys>())?.Seq ?? 0;
        return covered == head.Seq
            ? new("checkpoints", true, $"all {head.Seq} rows of the log are covered.")
            : new("checkpoints", false, $"rows after {covered} of {head.Seq} are not covered; a serving portal covers them within a second.");
    }
}
