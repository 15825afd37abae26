using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>An answer, or none: <see cref="Status"/> is 0 when the connection broke and the outcome is unknown.</summary>
internal readonly record struct Answer(int Status, string Id, long Version, bool Archived, bool Replayed, string Body)
{
    public bool Succeeded => Status is >= 200 and < 300;

    public override string ToString() => Status == 0 ? $"no answer ({Body})" : $"{Status} {Body}";
}

/// <summary>The routes a crash workload uses, as one signed-in user.</summary>
internal sealed class PatientClient(Uri address, SignIns signIns) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Task<Answer> RegisterAsync(WantedPatient patient) =>
        SendAsync(HttpMethod.Post, "/api/patients/register", patient.ByDoctor ? signIns.DoctorToken : signIns.AdminToken, null, patient.Keyless ? null : patient.Key, patient.Body);

    public Task<Answer> GetAsync(string id) => SendAsync(HttpMethod.Get, $"/api/patients/{id}", signIns.AdminToken);

    public Task<Answer> ListAsync() => SendAsync(HttpMethod.Get, "/api/patients?limit=10", signIns.AdminToken);

    public Task<Answer> VerifyAsync() => SendAsync(HttpMethod.Get, "/api/security/verify", signIns.AdminToken);

    public Task<Answer> UpdateAsync(string id, long version, IReadOnlyDictionary<string, object?> body) =>
        SendAsync(HttpMethod.Put, $"/api/patients/{id}", signIns.AdminToken, version, body: body);

    public Task<Answer> ArchiveAsync(string id, long version) => SendAsync(HttpMethod.Delete, $"/api/patients/{id}", signIns.AdminToken, version);

    public Task<Answer> RestoreAsync(string id, long version) => SendAsync(HttpMethod.Post, $"/api/patients/{id}/restore", signIns.AdminToken, version);

    /// <summary>The text is the key as well: nobody else writes it.</summary>
    public Task<Answer> WriteHistoryAsync(string patient, string diagnosis) =>
        SendAsync(HttpMethod.Post, $"/api/patients/{patient}/history", signIns.AdminToken, null, diagnosis, new { diagnosis });

    public Task<Answer> AmendHistoryAsync(string patient, string entry, long version, string diagnosis) =>
        SendAsync(HttpMethod.Post, $"/api/patients/{patient}/history/{entry}/amend", signIns.AdminToken, version, body: new { diagnosis, reason = "a correction" });

    /// <summary>The reason is the key as well: nobody else gives it.</summary>
    public Task<Answer> BookAsync(object wanted, string reason) => SendAsync(HttpMethod.Post, "/api/appointments/book", signIns.AdminToken, null, reason, wanted);

    public Task<Answer> ChangeAppointmentAsync(string id, string what, long version, object body) =>
        SendAsync(HttpMethod.Put, $"/api/appointments/{id}/{what}", signIns.AdminToken, version, body: body);

    /// <summary>Reads them and sets them: somebody else may do so in between.</summary>
    public async Task<Answer> SetHoursAsync(int doctor)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/doctors/{doctor}/working-hours");
        var stored = await SendAsync(HttpMethod.Get, path, signIns.AdminToken);
        return stored.Succeeded
            ? await SendAsync(HttpMethod.Put, path, signIns.AdminToken, stored.Version, body: new { monday = new[] { new { from = "08:00", to = "16:00" } } })
            : stored;
    }

    public void Dispose() => http.Dispose();

    /// <param name="method">The verb.</param>
    /// <param name="path">The route.</param>
    /// <param name="token">Whose request it is; null for anybody's.</param>
    /// <param name="version">The version seen, for If-Match.</param>
    /// <param name="key">Idempotency-Key.</param>
    /// <param name="body">Sent as JSON.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? token, long? version = null, string? key = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (version is { } seen) request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{seen}\""));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = JsonContent.Create(body);
        try
        {
            using var answer = await http.SendAsync(request);
            return await ReadAsync(answer);
        }
        catch (Exception broken) when (NoAnswer.Is(broken))
        {
            return new Answer(0, "", 0, false, false, broken.Message);
        }
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        var replayed = answer.Headers.TryGetValues("Idempotency-Replayed", out var values) && values.Contains("true");
        if (!answer.IsSuccessStatusCode || body.Length == 0) return new Answer((int)answer.StatusCode, "", 0, false, replayed, body);
        using var json = JsonDocument.Parse(body);
        var record = json.RootElement;
        return new Answer(
            (int)answer.StatusCode,
            record.TryGetProperty("patient_id", out var id) ? id.GetString()! : "",
            record.TryGetProperty("version", out var version) ? version.GetInt64() : 0,
            record.TryGetProperty("archived_at", out var archived) && archived.ValueKind != JsonValueKind.Null,
            replayed,
            body);
    }
}
