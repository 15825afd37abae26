using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Bench.Pages;

/// <summary>A page's address in the demonstration: its route with ids of what whoever looks may see.</summary>
internal sealed class Addresses(Visitors visitors, TimeProvider time)
{
    /// <summary>A route whose ids are not known here ends the run: its page would be missing from it.</summary>
    public async Task<string> OfAsync(ListedPage page, CancellationToken ct)
    {
        if (!page.Route.Contains('{', StringComparison.Ordinal)) return page.Route;
        var (id, entry) = page switch
        {
            { Route: var route } when route.StartsWith("/patients/{Id}/history/{Entry}", StringComparison.Ordinal) => await EntryAsync(ct),
            { Route: var route } when route.StartsWith("/patients/{Id}", StringComparison.Ordinal) => (await FirstAsync(page.As!.Value, "/api/patients?limit=1", ct), ""),
            { Route: var route } when route.StartsWith("/admin/users/{Id}", StringComparison.Ordinal) => (await FirstAsync(Role.Admin, "/api/admin/users?limit=1", ct), ""),
            { Route: var route } when route.StartsWith("/my/appointments/{Id}", StringComparison.Ordinal) => (await OwnAppointmentAsync(ct), ""),
            { Route: var route } when route.StartsWith("/calendar/appointments/{Id}", StringComparison.Ordinal) => (await FirstAsync(page.As!.Value, Coming, ct), ""),
            _ => throw new NotSupportedException($"{page}: say here what its ids are."),
        };
        return page.Route.Replace("{Id}", id ?? throw new InvalidOperationException($"{page}: the demonstration has nothing to show."), StringComparison.Ordinal).Replace("{Entry}", entry, StringComparison.Ordinal);
    }

    private string Coming => string.Create(CultureInfo.InvariantCulture, $"/api/appointments?limit=1&status=scheduled&from={time.GetUtcNow().AddDays(1):yyyy-MM-dd}T00:00:00Z");

    private async Task<(string? Patient, string Entry)> EntryAsync(CancellationToken ct)
    {
        var patients = await visitors.Of(Role.Doctor).GetFromJsonAsync<JsonElement>("/api/patients?limit=100", ct);
        foreach (var patient in patients.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()))
        {
            if (await FirstAsync(Role.Doctor, $"/api/patients/{patient}/history?limit=1", ct) is { } entry) return (patient, entry);
        }

        return (null, "");
    }

    private async Task<string?> OwnAppointmentAsync(CancellationToken ct)
    {
        if (await FirstAsync(Role.Patient, Coming, ct) is { } booked) return booked;
        var api = visitors.Of(Role.Patient);
        var doctor = (await api.GetFromJsonAsync<JsonElement>("/api/doctors", ct)).GetProperty("items")[0].GetProperty("id").GetInt32();
        for (var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1); ; day = day.AddDays(1))
        {
            var slots = (await api.GetFromJsonAsync<JsonElement>(string.Create(CultureInfo.InvariantCulture, $"/api/doctors/{doctor}/slots?date={day:yyyy-MM-dd}"), ct)).GetProperty("items");
            if (slots.GetArrayLength() == 0) continue;
            var slot = slots[0];
            using var answer = await api.PostAsJsonAsync("/api/appointments/book", new { doctor_id = doctor, appointment_date = slot.GetProperty("appointment_date"), appointment_time = slot.GetProperty("appointment_time"), reason = "Check-up" }, ct);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetString();
        }
    }

    private async Task<string?> FirstAsync(Role role, string path, CancellationToken ct)
    {
        var items = (await visitors.Of(role).GetFromJsonAsync<JsonElement>(path, ct)).GetProperty("items");
        return items.GetArrayLength() == 0 ? null : items[0].GetProperty("id").ToString();
    }
}
