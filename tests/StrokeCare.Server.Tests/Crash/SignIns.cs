using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Access tokens of the template's two users. They outlive a server: the keys are in the instance folder.</summary>
internal sealed record SignIns
{
    public const string Admin = "crash_admin";
    public const string Doctor = "crash_doctor";
    public const string Password = "a password nobody else has";

    // Tokens live 15 minutes; what is done between two looks at them takes seconds.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(8);

    private long since;

    public string AdminToken { get; private set; } = "";

    public string DoctorToken { get; private set; } = "";

    /// <summary>The doctor's account.</summary>
    public int DoctorId { get; private set; }

    public bool AreFresh => AdminToken.Length > 0 && Stopwatch.GetElapsedTime(since) < Fresh;

    /// <summary>Signs in again if the tokens are getting old. Costs a password hash each: only then.</summary>
    public async Task RefreshAsync(ServerProcess server)
    {
        if (AreFresh) return;
        since = Stopwatch.GetTimestamp();
        using var http = new HttpClient { BaseAddress = server.Address };
        (AdminToken, _) = await SignInAsync(http, Admin);
        (DoctorToken, DoctorId) = await SignInAsync(http, Doctor);
    }

    private static async Task<(string Token, int Id)> SignInAsync(HttpClient http, string user)
    {
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { username = user, password = Password });
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{user} cannot sign in: {(int)answer.StatusCode} {body}");
        using var json = JsonDocument.Parse(body);
        return (json.RootElement.GetProperty("access_token").GetString()!, json.RootElement.GetProperty("user").GetProperty("id").GetInt32());
    }
}
