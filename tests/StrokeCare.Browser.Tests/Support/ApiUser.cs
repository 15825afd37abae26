using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;

namespace StrokeCare.Browser.Tests.Support;

/// <summary>Somebody of the demonstration at another machine, without a browser: what they do, open pages have to hear of.</summary>
internal sealed class ApiUser : IDisposable
{
    private readonly HttpClient client;

    private ApiUser(HttpClient client) => this.client = client;

    public static Task<ApiUser> AsAsync(DemoClinic clinic, Role role) => AsAsync(clinic, SignInPageObject.NameOf(role), Demo.DemoPeople.Password);

    public static async Task<ApiUser> AsAsync(DemoClinic clinic, string name, string password)
    {
        var desk = new HttpClient { BaseAddress = new(clinic.Address) };
        using var signedIn = await desk.PostAsJsonAsync("/api/auth/login", new { username = name, password });
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        desk.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(desk);
    }

    public async Task<JsonElement> GetAsync(string path) => await client.GetFromJsonAsync<JsonElement>(path);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>With themselves, for one of their patients, whatever else is at that time: it is urgent.</summary>
    public async Task BookAsync(DateTime at, string reason)
    {
        var me = await GetAsync("/api/auth/me");
        var patients = await GetAsync("/api/patients?limit=1");
        await SendAsync(HttpMethod.Post, "/api/appointments/book", new
        {
            doctor_id = me.GetProperty("id").GetInt32(),
            patient_id = patients.GetProperty("items")[0].GetProperty("id").GetString(),
            appointment_date = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            appointment_time = at.ToString("HH:mm", CultureInfo.InvariantCulture),
            duration_minutes = 5,
            reason,
            urgency = "emergency",
            @override = true,
            override_reason = "Cannot wait",
        });
    }

    public void Dispose() => client.Dispose();
}
