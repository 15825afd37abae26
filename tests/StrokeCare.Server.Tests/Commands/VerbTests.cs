using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Commands;

public sealed class VerbTests : IDisposable
{
    private const string Header = "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke";

    private readonly Verb strokecare = new();

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("import")]
    [InlineData("create-user --username u")]
    [InlineData("create-user --username u --email e@x --role nurse --password-stdin")]
    [InlineData("audit")]
    [InlineData("consistency")]
    [InlineData("mongo")]
    [InlineData("serve --colour")]
    public async Task What_cannot_be_asked_ends_with_2_and_the_usage(string arguments)
    {
        var (exit, output, error) = await strokecare.RunAsync(arguments);
        Assert.Equal(2, exit);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve --help")]
    [InlineData("migrate --help")]
    [InlineData("create-user --help")]
    [InlineData("import --help")]
    [InlineData("audit verify --help")]
    [InlineData("consistency check --help")]
    [InlineData("consistency repair --help")]
    [InlineData("mongo status --help")]
    [InlineData("mongo indexes --help")]
    [InlineData("mongo shard --help")]
    [InlineData("mongo adopt --help")]
    [InlineData("risk train --help")]
    [InlineData("risk evaluate --help")]
    [InlineData("doctor --help")]
    [InlineData("demo --help")]
    public async Task Every_verb_has_help(string arguments)
    {
        var (exit, output, _) = await strokecare.RunAsync(arguments);
        Assert.Equal(0, exit);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(strokecare.Folder));
    }

    [Fact]
    public async Task A_bad_setting_ends_with_2_and_its_name()
    {
        await File.WriteAllTextAsync(Path.Combine(strokecare.Folder, ".env"), "USE_MONGODB_USERS=maybe\n");
        var (exit, _, error) = await strokecare.RunAsync("migrate");
        Assert.Equal(2, exit);
        Assert.StartsWith("USE_MONGODB_USERS: ", error);
        strokecare.Environment["USE_MONGODB_USERS"] = "false";
        Assert.Equal(0, (await strokecare.RunAsync("migrate")).Exit);
    }

    [Fact]
    public async Task An_import_reports_rejects_by_line_and_again_imports_nothing()
    {
        var csv = Path.Combine(strokecare.Folder, "rows.csv");
        var rows = Enumerable.Range(1, 1_200).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{i},Female,{20 + i % 60},0,{i % 2},Yes,Private,Urban,{80 + i % 100}.5,N/A,never smoked,0"));
        await File.WriteAllLinesAsync(csv, [Header, .. rows, "5000,Female,abc,0,0,Yes,Private,Urban,90,30,smokes,0"]);
        var first = await strokecare.RunAsync("import rows.csv");
        Assert.Equal("imported 1200, already present 0, rejected 1", first.Out.TrimEnd().Split('\n')[^1]);
        Assert.Contains("line 1202: ", first.Error, StringComparison.Ordinal);
        Assert.Equal(1, first.Exit);
        var again = await strokecare.RunAsync("import rows.csv --json");
        Assert.Equal((0, 1200), ((int)JsonNode.Parse(again.Out)!["imported"]!, (int)JsonNode.Parse(again.Out)!["already_present"]!));

        var (exit, output, _) = await strokecare.RunAsync("audit verify --json");
        Assert.Equal(0, exit);
        Assert.Equal(1200, (int)JsonNode.Parse(output)!["entities"]!);
        Assert.Equal((int)JsonNode.Parse(output)!["rows"]!, (int)JsonNode.Parse(output)!["covered_to"]!);
        Assert.Equal(2, (await strokecare.RunAsync("import absent.csv")).Exit);

        var check = await strokecare.RunAsync("consistency check --json");
        Assert.Equal((0, true, 1200), (check.Exit, (bool)JsonNode.Parse(check.Out)!["ok"]!, (int)JsonNode.Parse(check.Out)!["entities"]!));
    }

    [Fact]
    public async Task The_portal_starts_alone_signs_its_admin_in_and_ends_on_SIGTERM_with_all_covered()
    {
        strokecare.Environment["STROKECARE_URLS"] = "http://127.0.0.1:0";
        strokecare.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        using var portal = strokecare.Start("");
        var (password, url) = await FirstWordsAsync(portal.StandardOutput).WaitAsync(TimeSpan.FromSeconds(60));
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        // Full-width letters: the executable folds compatibility forms, as the tests' own process does.
        var login = await (await client.PostAsync("/api/auth/login", new JsonObject { ["username"] = "ＡＤＭＩＮ", ["password"] = password })).ObjectAsync();
        Assert.True((bool)login["user"]!["must_change_password"]!);
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string?)login["access_token"]);
        for (var i = 0; i < 20; i++) await client.RegisterAsync();

        // A verb beside the serving portal, on the same file.
        var made = await strokecare.RunAsync("create-user --username lise --email lise@clinic.test --role doctor --password-stdin", "correct horse battery\n");
        Assert.Equal((0, "user 2 lise created as doctor"), (made.Exit, made.Out.Trim()));

        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", portal.Id.ToString(CultureInfo.InvariantCulture)]);
        await portal.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, portal.ExitCode);
        var (exit, output, _) = await strokecare.RunAsync("audit verify --json");
        var verification = JsonNode.Parse(output)!;
        Assert.Equal((0, true), (exit, (bool)verification["ok"]!));
        Assert.Equal((long)verification["rows"]!, (long)verification["covered_to"]!);
        Assert.Equal(22, (int)verification["entities"]!);
        AssertPrivate(Path.Combine(strokecare.Folder, "instance"));
    }

    private static void AssertPrivate(string instance)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(instance));
        foreach (var key in Directory.GetFiles(Path.Combine(instance, "keys"))) Assert.Equal(owner, File.GetUnixFileMode(key));
    }

    [Fact]
    public async Task A_model_is_trained_and_evaluated_from_a_file()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(1, 600).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{i},{(i % 2 == 0 ? "Male" : "Female")},{18 + i % 65},{random.Next(2)},{random.Next(2)},Yes,Private,Urban,{70 + random.Next(150)}.1,28.1,smokes,{(random.NextDouble() < (i % 65) / 200.0 ? 1 : 0)}"));
        await File.WriteAllLinesAsync(Path.Combine(strokecare.Folder, "rows.csv"), [Header, .. rows]);
        var trained = await strokecare.RunAsync("risk train rows.csv --out model.json --id try-1");
        Assert.Equal(0, trained.Exit);
        var evaluated = await strokecare.RunAsync("risk evaluate rows.csv --model model.json");
        Assert.Equal(0, evaluated.Exit);
        Assert.Matches(new Regex("AUROC .*Brier ", RegexOptions.Singleline), evaluated.Out);
        Assert.False(Directory.Exists(Path.Combine(strokecare.Folder, "instance")));
    }

    [Fact]
    public async Task Doctor_says_what_is_missing()
    {
        Assert.Equal(0, (await strokecare.RunAsync("create-user --username ada --email a@clinic.test --role admin --password-stdin", "correct horse battery\n")).Exit);
        var (exit, output, _) = await strokecare.RunAsync("doctor");
        Assert.Equal(1, exit);
        Assert.Matches("missing  transport: .*STROKECARE_URLS", output);
        Assert.Contains("ok       admin: ", output, StringComparison.Ordinal);
    }

    public void Dispose() => strokecare.Dispose();

    private static async Task<(string Password, string Url)> FirstWordsAsync(StreamReader output)
    {
        var password = "";
        while (await output.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, "password +(\\S+)$") is { Success: true } found) password = found.Groups[1].Value;
            if (Regex.Match(line, "Portal on (http://\\S+)") is { Success: true } listening) return (password, listening.Groups[1].Value);
        }

        throw new InvalidOperationException("The portal ended before it listened.");
    }
}
