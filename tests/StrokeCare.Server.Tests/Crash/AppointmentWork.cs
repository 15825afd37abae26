using System.Collections.Concurrent;
using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Clients that book with one doctor, move, cancel and share times, and write down what they are promised.</summary>
internal sealed class AppointmentWork(Ledger ledger, SignIns signIns)
{
    private static readonly string[] Statuses = ["arrived", "completed", "no_show"];

    private readonly ConcurrentDictionary<string, long> seen = new(StringComparer.Ordinal);

    /// <summary>Books, or does something to an appointment of any patient; <paramref name="reason"/> is nobody else's.</summary>
    public Task<(string What, Answer Answer)> StepAsync(PatientClient http, Random random, string patient, string reason)
    {
        var dice = random.Next(100);
        if (dice < 8) return SetHoursAsync(http);
        if (dice < 55 || seen.IsEmpty) return BookAsync(http, random, patient, reason);
        return dice < 80 ? MoveAsync(http, random) : EndAsync(http, random);
    }

    // Few times, so that many want the same: 409 is a right answer.
    private async Task<(string What, Answer Answer)> BookAsync(PatientClient http, Random random, string patient, string reason)
    {
        var wanted = Time(random);
        wanted["doctor_id"] = signIns.DoctorId;
        wanted["patient_id"] = patient;
        wanted["reason"] = reason;
        wanted["urgency"] = "emergency";
        if (random.Next(3) == 0) Share(wanted);
        var answer = await http.BookAsync(wanted, reason);
        if (answer.Succeeded) Booked(AccountClient.TextIn(answer, "id"), answer, patient);
        return ($"book for {patient}", answer);
    }

    private async Task<(string What, Answer Answer)> MoveAsync(PatientClient http, Random random)
    {
        var (id, version) = seen.ElementAt(random.Next(seen.Count));
        var to = Time(random);
        if (random.Next(3) == 0) Share(to);
        return Changed(id, $"move appointment {id}", await http.ChangeAppointmentAsync(id, "reschedule", version, to));
    }

    private async Task<(string What, Answer Answer)> EndAsync(PatientClient http, Random random)
    {
        var (id, version) = seen.ElementAt(random.Next(seen.Count));
        var answer = random.Next(2) == 0
            ? await http.ChangeAppointmentAsync(id, "cancel", version, new { reason = "a crash test" })
            : await http.ChangeAppointmentAsync(id, "status", version, new { status = Statuses[random.Next(Statuses.Length)] });
        return Changed(id, $"end appointment {id}", answer);
    }

    private async Task<(string What, Answer Answer)> SetHoursAsync(PatientClient http)
    {
        var answer = await http.SetHoursAsync(signIns.DoctorId);
        if (answer.Succeeded) ledger.SetHours(signIns.DoctorId, answer.Version);
        return ("set working hours", answer);
    }

    private (string What, Answer Answer) Changed(string id, string what, Answer answer)
    {
        if (answer.Succeeded) Booked(id, answer, AccountClient.TextIn(answer, "patient_id"));
        // Another client was faster, the record was archived, or the time is taken: it is somebody else's turn.
        else if (answer.Status is 412 or >= 500 || !answer.Body.Contains("_taken", StringComparison.Ordinal)) seen.TryRemove(id, out _);
        return (what, answer);
    }

    private void Booked(string id, Answer answer, string patient)
    {
        ledger.Booked(id, answer.Version, new(patient, AccountClient.TextIn(answer, "starts_at"), AccountClient.TextIn(answer, "status")));
        if (AccountClient.TextIn(answer, "status") is "scheduled" or "arrived") seen[id] = answer.Version;
        else seen.TryRemove(id, out _);
    }

    private static Dictionary<string, object?> Time(Random random) => new(StringComparer.Ordinal)
    {
        ["appointment_date"] = TimeProvider.System.GetUtcNow().AddDays(30 + random.Next(2)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["appointment_time"] = string.Create(CultureInfo.InvariantCulture, $"{random.Next(8, 16):00}:{random.Next(4) * 15:00}"),
        ["duration_minutes"] = (1 + random.Next(3)) * 15,
    };

    private static void Share(Dictionary<string, object?> wanted) => (wanted["override"], wanted["override_reason"]) = (true, "a crash test");
}
