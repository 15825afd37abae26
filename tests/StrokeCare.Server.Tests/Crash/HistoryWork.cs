using System.Collections.Concurrent;
using System.Text.Json;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Clients that write patients' history and correct it, and write down what they are promised.</summary>
internal sealed class HistoryWork(Ledger ledger)
{
    private readonly ConcurrentDictionary<string, (string PatientId, long Version)> seen = new(StringComparer.Ordinal);

    /// <summary>Writes an entry, or corrects one of any patient; <paramref name="diagnosis"/> is nobody else's.</summary>
    public Task<(string What, Answer Answer)> StepAsync(PatientClient http, Random random, string patient, string diagnosis) =>
        random.Next(2) == 0 && !seen.IsEmpty ? AmendAsync(http, random, diagnosis) : WriteAsync(http, patient, diagnosis);

    private async Task<(string What, Answer Answer)> WriteAsync(PatientClient http, string patient, string diagnosis)
    {
        var answer = await http.WriteHistoryAsync(patient, diagnosis);
        if (answer.Succeeded) Wrote(IdOf(answer), answer.Version, patient, diagnosis);
        return ($"write history of {patient}", answer);
    }

    // Another client may have been faster, or the entry full of corrections, or the record archived: 409 and 412 are right answers.
    private async Task<(string What, Answer Answer)> AmendAsync(PatientClient http, Random random, string diagnosis)
    {
        var (id, (patient, version)) = seen.ElementAt(random.Next(seen.Count));
        var answer = await http.AmendHistoryAsync(patient, id, version, diagnosis);
        if (answer.Succeeded) Wrote(id, answer.Version, patient, diagnosis);
        else if (answer.Status is 409 or 412 or >= 500) seen.TryRemove(id, out _);
        return ($"amend history entry {id}", answer);
    }

    private void Wrote(string id, long version, string patient, string diagnosis)
    {
        ledger.Wrote(id, version, patient, diagnosis);
        seen[id] = (patient, version);
    }

    private static string IdOf(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("id").GetString()!;
    }
}
