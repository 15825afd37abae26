using System.Text.Json.Nodes;
using StrokeCare.Audit;

namespace StrokeCare.Server.Tests.Access;

/// <summary>Sends one request of one actor and says all that is wrong about its answer and about what it left behind.</summary>
internal sealed class MatrixVerdict(Scene scene, MatrixRow row, Who who)
{
    private readonly List<string> faults = [];

    /// <summary>What a 403 said, without its trace id; null of any other answer.</summary>
    public string? Refusal { get; private set; }

    public async Task<IReadOnlyList<string>> JudgeAsync()
    {
        var request = await MatrixRequest.OfAsync(row, who, scene);
        var before = await Traces.SinceAsync(scene.Left, scene.Portal, request.Watched);
        using var message = request.ToHttp(row.Method);
        using var answer = await scene.Portal.Anonymous.SendAsync(message);
        var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        var after = scene.Left = await Traces.OfAsync(scene.Portal, request.Watched);
        var changes = before.ChangedTo(after);

        var expected = row.Expected[who];
        if (status != expected) faults.Add($"expected {expected}, got {status} {text[..Math.Min(300, text.Length)]}");
        if (who != Who.Admin) faults.AddRange(request.Secrets.Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(secret => $"shows {secret}"));
        if (status >= 400 && changes.Count > 0) faults.Add($"refused with {status}, and yet: {string.Join(", ", changes)}");
        if (who != Who.Admin) faults.AddRange(request.Secrets.Where(secret => changes.Any(change => change.Contains(secret, StringComparison.Ordinal))).Select(secret => $"changed {secret}"));
        CheckLog(status, request.Player.Account.Id.Value, await before.RowsSinceAsync(scene.Portal));
        CheckWords(status, text, answer);
        if (changes.Count > 0) await scene.RenewAsync();
        return [.. faults.Select(fault => $"{row}, {who}: {fault}")];
    }

    // A refusal of whoever is known is one row under their name, and so is a booking that did not succeed; all else that
    // is refused leaves none.
    private void CheckLog(int status, int actor, IReadOnlyList<LogRow> rows)
    {
        var denied = rows.Where(r => r.EventType == AuditAction.AccessDenied.Wire()).ToList();
        var isNotBooked = status == 409 && rows is [{ EventType: var only }] && only == AuditAction.AppointmentCreationFailed.Wire();
        if (status == 403 && !(rows.Count == 1 && denied.Count == 1 && denied[0].UserId == actor && denied[0].Status == "failure"))
            faults.Add($"a 403 is one access_denied of user {actor} in the log, not: {Told(rows)}");
        else if (status is not 403 && (denied.Count > 0 || (status >= 400 && rows.Count > (isNotBooked ? 1 : 0))))
            faults.Add($"a {status} left in the log: {Told(rows)}");
    }

    private void CheckWords(int status, string text, HttpResponseMessage answer)
    {
        if (status is not (401 or 403)) return;
        var problem = JsonNode.Parse(text)!.AsObject();
        problem.Remove("trace_id");
        if (status == 403) Refusal = $"{problem.ToJsonString()} {string.Join(' ', answer.Headers.Concat(answer.Content.Headers).Select(h => h.Key).Where(h => h is not "Date").Order())} {answer.Content.Headers.ContentLength}";
        var code = (string?)problem["code"];
        if (code != (status == 403 ? "access.denied" : row.IsOpen ? code : "auth.required")) faults.Add($"a {status} with the code {code}");
        if (status == 401 && !answer.Headers.WwwAuthenticate.Any(way => way.Scheme == "Bearer")) faults.Add("a 401 that names no way to sign in");
    }

    private static string Told(IReadOnlyList<LogRow> rows) => rows.Count == 0 ? "nothing" : string.Join(", ", rows.Select(r => $"{r.EventType} by {r.UserId}"));
}
