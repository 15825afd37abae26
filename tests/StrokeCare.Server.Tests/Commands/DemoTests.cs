using System.Text.Json.Nodes;
using StrokeCare.Demo;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Commands;

public sealed class DemoTests : IDisposable
{
    private readonly Verb strokecare = new();

    [Fact]
    public async Task A_demonstration_is_made_once_is_whole_and_is_made_anew_only_when_asked()
    {
        var made = await strokecare.RunAsync("demo --fill-only --patients 60");
        Assert.Equal(0, made.Exit);
        Assert.Contains("12 doctors, 60 patients, ", made.Out, StringComparison.Ordinal);
        Assert.Contains(DemoPeople.DoctorName, made.Out, StringComparison.Ordinal);
        Assert.Contains("The demonstration of ", (await strokecare.RunAsync("demo --fill-only")).Out, StringComparison.Ordinal);

        strokecare.Environment["STROKECARE_INSTANCE"] = "instance-demo";
        var check = await strokecare.RunAsync("consistency check --json");
        Assert.Equal((0, true), (check.Exit, (bool)JsonNode.Parse(check.Out)!["ok"]!));
        Assert.Contains("12 doctors, 70 patients, ", (await strokecare.RunAsync("demo --fill-only --fresh --patients 70")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clinic_that_is_in_use_is_left_alone()
    {
        Assert.Equal(0, (await strokecare.RunAsync("create-user --username ada --email a@clinic.test --role doctor --password-stdin", "correct horse battery\n")).Exit);
        strokecare.Environment["STROKECARE_INSTANCE"] = "instance";
        var (exit, _, error) = await strokecare.RunAsync("demo --fill-only");
        Assert.Equal(2, exit);
        Assert.Contains("belong to a clinic", error, StringComparison.Ordinal);
        var fresh = await strokecare.RunAsync("demo --fill-only --fresh");
        Assert.Equal(2, fresh.Exit);
        Assert.StartsWith("STROKECARE_INSTANCE: ", fresh.Error);
        Assert.Equal(0, (await strokecare.RunAsync("audit verify")).Exit);
    }

    [Theory]
    [InlineData("demo --patients 0")]
    [InlineData("demo --seed x")]
    public async Task What_cannot_be_asked_ends_with_2(string arguments) => Assert.Equal(2, (await strokecare.RunAsync(arguments)).Exit);

    [Fact]
    public async Task Each_role_signs_in_and_sees_something()
    {
        strokecare.Environment["STROKECARE_URLS"] = "http://127.0.0.1:0";
        using var portal = strokecare.Start("demo --patients 60");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(await UrlAsync(portal.StandardOutput).WaitAsync(TimeSpan.FromSeconds(60))) };
            foreach (var (name, path) in new[] { (DemoPeople.AdminName, "/api/patients"), (DemoPeople.DoctorName, "/api/patients"), (DemoPeople.PatientName, "/api/auth/me") })
            {
                var signedIn = await (await client.PostAsync("/api/auth/login", new JsonObject { ["username"] = name, ["password"] = DemoPeople.Password })).ObjectAsync();
                using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", (string?)signedIn["access_token"]) } };
                var seen = await (await client.SendAsync(asked)).ObjectAsync();
                if (name == DemoPeople.PatientName) Assert.Equal("patient", (string?)seen["role"]);
                else Assert.NotEmpty((JsonArray)seen["items"]!);
                if (name != DemoPeople.AdminName) continue;
                // What becomes of appointments is in the log in the order of time, as it would have come.
                using var logged = new HttpRequestMessage(HttpMethod.Get, "/api/security/logs?event_type=appointment_status_changed&limit=100") { Headers = { Authorization = asked.Headers.Authorization } };
                var times = (await (await client.SendAsync(logged)).ObjectAsync())["items"]!.AsArray().Select(row => (DateTimeOffset)row!["created_at"]!).ToList();
                Assert.NotEmpty(times);
                Assert.Equal(times.OrderDescending(), times);
            }
        }
        finally
        {
            portal.Kill();
            await portal.WaitForExitAsync();
        }
    }

    public void Dispose() => strokecare.Dispose();

    private static async Task<string> UrlAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("StrokeCare Portal on http", StringComparison.Ordinal)) return line.Split(' ')[3];
        }

        throw new InvalidOperationException("The portal ended before it listened.");
    }
}
