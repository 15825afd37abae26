using System.Globalization;
using System.Net;
using StrokeCare.Accounts;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>What a patient reads under Appointments, on SQLite: the lists themselves are the stores' contract.</summary>
public sealed class OwnAppointmentsTests(Portals portals)
{
    [Fact]
    public async Task However_many_are_to_come_the_next_one_stands_first_and_cancelled_ones_are_below()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var times = (from day in Enumerable.Range(0, 7) from half in Enumerable.Range(0, 6) select (Day: practice.Day.AddDays(day), Time: new TimeOnly(9, 0).AddMinutes(30 * half))).Reverse();
        foreach (var (day, time) in times) await Practice.BookedAsync(practice.Doctor, practice.At(time.ToString("HH:mm", CultureInfo.InvariantCulture), day).With("patient_id", practice.Patient));
        var first = (await practice.Doctor.ItemsAsync($"{Practice.Appointments}?from={practice.Day:yyyy-MM-dd}T00:00:00Z&limit=1"))[0]!.AsObject();
        (await Practice.PutAsync(practice.Doctor, first, "cancel", new() { ["reason"] = "Rang", ["version"] = 1 })).EnsureSuccessStatusCode();

        var page = await PageAsync(portal, practice, "/my/appointments");
        var (coming, past) = (page[..page.IndexOf("Past and cancelled", StringComparison.Ordinal)], page[page.IndexOf("Past and cancelled", StringComparison.Ordinal)..]);
        Assert.Equal(41, coming.Split("/move").Length - 1);
        var next = string.Create(CultureInfo.InvariantCulture, $"{practice.Day:dddd d MMMM yyyy} at 09:30");
        Assert.Contains(next, coming[..coming.IndexOf("/move", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{practice.Day:d MMMM yyyy} at 09:00"), past, StringComparison.Ordinal);
        Assert.DoesNotContain("/move", past, StringComparison.Ordinal);
        Assert.Contains(next, await PageAsync(portal, practice, "/my"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_doctor_without_hours_is_no_dead_end()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var idle = await Practice.HireAsync(portal, Role.Doctor);
        var page = await PageAsync(portal, practice, $"/my/appointments/book?doctor={idle}");
        Assert.Contains("This doctor offers no times here. Please choose another doctor, or call the clinic.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Show later days", page, StringComparison.Ordinal);
        Assert.Contains("Show later days", await PageAsync(portal, practice, $"/my/appointments/book?doctor={practice.DoctorId}"), StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(RunningPortal portal, Practice practice, string path)
    {
        var owner = (await portal.Get<IUserStore>().FindAsync(practice.OwnerId, default))!;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", portal.CookieOf(owner, await portal.OpenSessionAsync(owner)));
        using var answer = await portal.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
