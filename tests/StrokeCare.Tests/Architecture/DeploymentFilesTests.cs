using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using StrokeCare.Mongo;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Architecture;

/// <summary>compose.yaml and what goes with it, as far as that can be told without running containers.</summary>
public sealed partial class DeploymentFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("strokecare-deploy-").FullName;

    private static string Compose { get; } = Source.Read("compose.yaml");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_file_it_mounts_is_in_the_repository_or_made_by_the_script()
    {
        await MakeSecretsAsync();

        var missing = Mounted().Matches(Compose).Select(match => match.Groups["path"].Value).Distinct(StringComparer.Ordinal)
            .Where(path => !File.Exists(path.StartsWith("deploy/secrets/", StringComparison.Ordinal) ? Path.Combine(folder, path) : Path.Combine(Source.Root, path)));

        Assert.Empty(missing);
    }

    [Fact]
    public async Task The_addresses_it_makes_are_ones_a_portal_takes_encrypted_and_acknowledged()
    {
        await MakeSecretsAsync();
        var settings = (await File.ReadAllLinesAsync(Path.Combine(folder, "deploy/secrets/portal.env"), TestContext.Current.CancellationToken))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

        var mongo = MongoAddress.Read(settings["MONGO_URI"]);

        Assert.True(mongo.UseTls);
        Assert.Equal(("rs0", 3, "majority"), (mongo.ReplicaSetName, mongo.Servers.Count(), mongo.WriteConcern.W.ToString()));
        Assert.Equal("postgresql", RelationalUrl.Parse(settings["DATABASE_URL"]).EngineName);
        Assert.Contains("sslmode=verify-full", settings["DATABASE_URL"], StringComparison.Ordinal);
        Assert.All(mongo.Servers, server => Assert.Contains($"  {server.Host}:\n", Compose, StringComparison.Ordinal));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "deploy/secrets/mongo.crt"));
        Assert.All(mongo.Servers, server => Assert.True(certificate.MatchesHostname(server.Host)));
    }

    [Fact]
    public async Task Each_setting_it_gives_a_portal_is_one_that_the_portal_reads()
    {
        await MakeSecretsAsync();
        var portal = Compose[Compose.IndexOf("x-portal:", StringComparison.Ordinal)..Compose.IndexOf("\nservices:", StringComparison.Ordinal)];
        var made = await File.ReadAllLinesAsync(Path.Combine(folder, "deploy/secrets/portal.env"), TestContext.Current.CancellationToken);
        var code = string.Concat(Source.Files("src/StrokeCare.Server", "*.cs").Select(Source.Read));
        var given = Setting().Matches(portal).Select(match => match.Groups["name"].Value).Concat(made.Select(line => line.Split('=')[0])).ToList();

        Assert.Contains("USE_MONGODB", given);
        Assert.Contains("MONGO_URI", given);
        Assert.All(given, name => Assert.Contains($"\"{name}\"", code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_for_their_owner_and_a_second_run_keeps_them()
    {
        await MakeSecretsAsync();
        var file = Path.Combine(folder, "deploy/secrets/portal.env");
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        await MakeSecretsAsync();

        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        if (OperatingSystem.IsWindows()) return;
        foreach (var key in Directory.GetFiles(Path.GetDirectoryName(file)!).Where(name => !name.EndsWith("ca.crt", StringComparison.Ordinal)))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact]
    public async Task Scripts_are_scripts()
    {
        foreach (var script in Source.Files("deploy", "*.sh")) await RunAsync("bash", "-n", Path.Combine(Source.Root, script));
    }

    [Fact]
    public void The_portals_believe_the_proxy_alone_and_it_knows_them()
    {
        var proxy = Source.Read("deploy/haproxy.cfg");
        var address = ProxyAddress().Match(Compose).Groups["address"].Value;

        Assert.NotEmpty(address);
        Assert.Contains($"STROKECARE_TRUSTED_PROXIES: {address}\n", Compose, StringComparison.Ordinal);
        Assert.All(new[] { "portal1", "portal2" }, portal => Assert.Contains($"server {portal} {portal}:5080", proxy, StringComparison.Ordinal));
        Assert.Contains("del-header X-Forwarded-For", proxy, StringComparison.Ordinal);
        Assert.DoesNotContain('\t', Compose);
    }

    private async Task MakeSecretsAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "deploy"));
        File.Copy(Path.Combine(Source.Root, "deploy/certificates.sh"), Path.Combine(folder, "deploy/certificates.sh"), overwrite: true);
        await RunAsync("bash", Path.Combine(folder, "deploy/certificates.sh"), "clinic.example");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    [GeneratedRegex(@"ipv4_address: (?<address>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProxyAddress();

    [GeneratedRegex(@"^    (?<name>[A-Z_]+): ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"\./(?<path>deploy/[^:\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mounted();
}
