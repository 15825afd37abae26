using System.Text.Json;
using System.Text.Json.Nodes;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>The routes of accounts: some are anybody's, some the admin's.</summary>
internal sealed class AccountClient(ServerProcess server, SignIns signIns) : IDisposable
{
    private const string Users = "/api/admin/users";

    private readonly PatientClient http = new(server.Address, signIns);

    public Task<Answer> RegisterAsync(WantedPerson person) => PostAsync(person.Path, person.Body, person.Key);

    public Task<Answer> SignInAsync(string name, string password) => PostAsync("/api/auth/login", new { username = name, password });

    public Task<Answer> RefreshAsync(string token) => PostAsync("/api/auth/refresh", new { refresh_token = token });

    public Task<Answer> ForgotAsync(string email) => PostAsync("/api/auth/forgot-password", new { email });

    public Task<Answer> ResetAsync(string token, string newPassword) => PostAsync("/api/auth/reset-password", new { token, new_password = newPassword });

    /// <summary>The id of a new doctor, at version 1.</summary>
    public Task<string> NewDoctorAsync(string name) => NewAsync(name, "doctor");

    /// <summary>The id of a new admin, at version 1.</summary>
    public Task<string> NewAdminAsync(string name) => NewAsync(name, "admin");

    public Task<Answer> LeavesAsync(string doctor, string successor) => http.SendAsync(
        HttpMethod.Put, $"{Users}/{doctor}", signIns.AdminToken, version: 1,
        body: new { is_active = false, reassign_to = int.Parse(successor, System.Globalization.CultureInfo.InvariantCulture) });

    public Task<Answer> LeavesAsync(string admin) => http.SendAsync(HttpMethod.Put, $"{Users}/{admin}", signIns.AdminToken, version: 1, body: new { is_active = false });

    public Task<Answer> RegisterAsync(WantedPatient patient) => http.RegisterAsync(patient);

    /// <summary>What an answer with an account in it says.</summary>
    public static PersonIds IdsIn(Answer answer)
    {
        var told = JsonNode.Parse(answer.Body)!;
        return told["user"] is { } user
            ? new(user["id"]!.ToJsonString(), told["patient_id"]?.GetValue<string>() ?? "")
            : new(told["id"]!.ToJsonString(), "");
    }

    /// <summary>One field of an answer's body, "" if it is not there.</summary>
    public static string TextIn(Answer answer, string field)
    {
        try
        {
            return (string?)JsonNode.Parse(answer.Body)?[field] ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<string> NewAsync(string name, string role)
    {
        var made = await http.SendAsync(
            HttpMethod.Post, Users, signIns.AdminToken, key: name,
            body: new { username = name, email = $"{name}@clinic.example", password = WantedPerson.Password, role, must_change_password = false });
        Assert.True(made.Status == 201, $"no new {role}: {made}");
        return IdsIn(made).User;
    }

    private Task<Answer> PostAsync(string path, object body, string? key = null) => http.SendAsync(HttpMethod.Post, path, null, key: key, body: body);
}
