using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Golden;

/// <summary>One conversation, replayed on every pair of stores: byte for byte the same, ids and times masked.</summary>
public sealed partial class TranscriptTests
{
    private const string Path = "tests/StrokeCare.Server.Tests/Golden/transcript.http";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Every_pair_of_stores_answers_the_same(Pair pair)
    {
        pair.Require();
        await using var portal = await RunningPortal.StartAsync(pair);
        Committed.Check(Path, await new Conversation(portal).HoldAsync());
    }

    private sealed partial class Conversation
    {
        private readonly RunningPortal portal;
        private static readonly string[] ShownHeaders = ["ETag", "Location", "Retry-After", "WWW-Authenticate", "Idempotency-Replayed", "Allow", "Content-Disposition"];
        private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        private readonly StringBuilder transcript = new();
        private readonly string day = TimeProvider.System.GetUtcNow().AddDays(7).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        private readonly Masks masks;

        public Conversation(RunningPortal portal) => (this.portal, masks) = (portal, new(day));

        public async Task<string> HoldAsync()
        {
            var first = await WritesAsync();
            await ReadsAsync(first);
            await HistoryAsync(first);
            await RefusalsAsync(first);
            await ListsAsync();
            await AnalyticsAsync();
            await LogAsync(first);
            // Behind the log: in which order a relay brings rows of two stores is nobody's promise.
            await AccountsAsync();
            await AdminAsync();
            await SearchAsync();
            await NumbersAsync();
            await HoursAsync();
            await AppointmentsAsync();
            return transcript.ToString();
        }

        private async Task<string> WritesAsync()
        {
            var full = APatient("A1").With("first_name", "Zoë").With("last_name", "Ångström").With("phone", "+46 1").With("email", "z@x.test")
                .With("next_review_on", "2027-01-01").With("sbp", 142).With("bp_treated", 1).With("diabetes", 0).With("atrial_fibrillation", 0).With("lvh", 0).With("prior_cvd", 1).With("stroke", 0)
                .With("extra", new JsonObject { ["b"] = 1, ["a"] = "x", ["c"] = true, ["d"] = 0.1 });
            var first = (await SayAsync("a doctor registers", Person.Grace, "POST", Register, full, ("Idempotency-Key", "k1"))).Id();
            await SayAsync("the same again", Person.Grace, "POST", Register, full, ("Idempotency-Key", "k1"));
            await SayAsync("another body under the key", Person.Grace, "POST", Register, APatient(), ("Idempotency-Key", "k1"));
            await SayAsync("an MRN twice", Person.Grace, "POST", Register, APatient("A1"));
            await SayAsync("little is known", Person.Ada, "POST", Register, new() { ["gender"] = "Other", ["age"] = 0.5, ["assigned_doctor_id"] = portal.IdOf(Person.House).Value });
            await SayAsync("not a doctor", Person.Ada, "POST", Register, APatient().With("assigned_doctor_id", portal.IdOf(Person.Paul).Value));
            await SayAsync("a patient may not", Person.Paul, "POST", Register, APatient());
            await SayAsync("update", Person.Grace, "PUT", $"{PatientsPath}/{first}", APatient("A2").With("avg_glucose_level", 35.5), ("If-Match", "\"1\""));
            await SayAsync("update too late", Person.Grace, "PUT", $"{PatientsPath}/{first}", APatient("A1"), ("If-Match", "\"1\""));
            await SayAsync("update without a version", Person.Grace, "PUT", $"{PatientsPath}/{first}", APatient("A1"));
            await SayAsync("archive", Person.Ada, "DELETE", $"{PatientsPath}/{first}", null, ("If-Match", "\"2\""));
            await SayAsync("an archived record is out of reach", Person.Grace, "GET", $"{PatientsPath}/{first}");
            await SayAsync("its MRN stays taken", Person.Grace, "POST", Register, APatient("A2"));
            await SayAsync("restore", Person.Ada, "POST", $"{PatientsPath}/{first}/restore", new() { ["version"] = 3 });
            await SayAsync("restore again", Person.Ada, "POST", $"{PatientsPath}/{first}/restore", new() { ["version"] = 4 });
            return first;
        }

        private async Task ReadsAsync(string id)
        {
            await SayAsync("me", Person.Grace, "GET", "/api/auth/me");
            await SayAsync("the record", Person.Grace, "GET", $"{PatientsPath}/{id}");
            await SayAsync("its risk", Person.Grace, "GET", $"{PatientsPath}/{id}/risk");
        }

        private async Task HistoryAsync(string patient)
        {
            var path = $"{PatientsPath}/{patient}/history";
            var full = new JsonObject { ["diagnosis"] = "Hypertension Stage 2", ["treatment"] = "Amlodipine 10 mg daily", ["notes"] = "160/95,\n見た「良」", ["record_date"] = "2025-12-04T10:30:00+01:00" };
            var entry = (await SayAsync("a doctor writes history", Person.Grace, "POST", path, full, ("Idempotency-Key", "h1"))).Id();
            await SayAsync("the same again", Person.Grace, "POST", path, full, ("Idempotency-Key", "h1"));
            await SayAsync("another entry under the key", Person.Grace, "POST", path, new() { ["diagnosis"] = "Stroke" }, ("Idempotency-Key", "h1"));
            await SayAsync("an admin writes little, of a day", Person.Ada, "POST", path, new() { ["diagnosis"] = "TIA", ["record_date"] = "2025-12-05" });
            await SayAsync("all wrong", Person.Grace, "POST", path, new() { ["diagnosis"] = 1, ["medications"] = "x", ["record_date"] = "yesterday" });
            await SayAsync("against the rules", Person.Grace, "POST", path, new() { ["diagnosis"] = " ", ["record_date"] = "1800-01-01" });
            var amend = $"{path}/{entry}/amend";
            await SayAsync("a correction", Person.Grace, "POST", amend, new() { ["reason"] = "The wrong dose", ["diagnosis"] = "Hypertension Stage 2", ["treatment"] = "Amlodipine 5 mg daily" }, ("If-Match", "\"1\""));
            await SayAsync("too late", Person.Grace, "POST", amend, new() { ["reason"] = "x", ["diagnosis"] = "y" }, ("If-Match", "\"1\""));
            await SayAsync("without a version", Person.Grace, "POST", amend, new() { ["reason"] = "x", ["diagnosis"] = "y" });
            await SayAsync("entered in error", Person.Ada, "POST", amend, new() { ["reason"] = "Another patient's", ["entered_in_error"] = true, ["version"] = 2 });
            await SayAsync("no more of it", Person.Grace, "POST", amend, new() { ["reason"] = "x", ["diagnosis"] = "y", ["version"] = 3 });
            await SayAsync("an entry that is not there", Person.Grace, "POST", $"{path}/0123456789abcdef01234567/amend", new() { ["reason"] = "x", ["diagnosis"] = "y", ["version"] = 1 });
            await SayAsync("the same, for an admin", Person.Ada, "POST", $"{path}/0123456789abcdef01234567/amend", new() { ["reason"] = "x", ["diagnosis"] = "y", ["version"] = 1 });
            var page = await SayAsync("the history", Person.Grace, "GET", $"{path}?limit=1");
            await SayAsync("the next page", Person.Grace, "GET", $"{path}?limit=1&after={page["next"]}");
            await SayAsync("found by its words", Person.Grace, "POST", $"{path}/search", new() { ["q"] = "AMLODIPINE hyper" });
            await SayAsync("found by a word begun", Person.Ada, "POST", $"{path}/search", new() { ["q"] = "t", ["limit"] = 1 });
            await SayAsync("not by what it said before", Person.Grace, "POST", $"{path}/search", new() { ["q"] = "10 amlodipine" });
            await SayAsync("nothing to search for", Person.Grace, "POST", $"{path}/search", new() { ["q"] = "…" });
            await SayAsync("a foreign history", Person.House, "GET", path);
            await SayAsync("nor searched", Person.House, "POST", $"{path}/search", new() { ["q"] = "tia" });
            await SayAsync("not by patients", Person.Paul, "POST", path, new() { ["diagnosis"] = "Stroke" });
        }

        private async Task RefusalsAsync(string id)
        {
            await SayAsync("a foreign record", Person.House, "GET", $"{PatientsPath}/{id}");
            await SayAsync("an absent record", Person.House, "GET", $"{PatientsPath}/0123456789abcdef01234567");
            await SayAsync("an absent record, for an admin", Person.Ada, "GET", $"{PatientsPath}/0123456789abcdef01234567");
            await SayAsync("nobody", null, "GET", $"{PatientsPath}/{id}");
            await SayAsync("a bad id", Person.Ada, "GET", $"{PatientsPath}/42");
            await SayAsync("all wrong", Person.Ada, "POST", Register, new() { ["age"] = "old", ["bmi"] = 1, ["nickname"] = "x" });
            await SayAsync("against the rules", Person.Ada, "POST", Register, new() { ["gender"] = "Male", ["age"] = 130, ["bmi"] = 1, ["email"] = "x" });
        }

        private async Task ListsAsync()
        {
            for (var i = 0; i < 3; i++) await SayAsync("one more", Person.Grace, "POST", Register, APatient().With("age", 30 + i * 10).With("first_name", $"P{i}"));
            var page = await SayAsync("the first page, joined", Person.Ada, "GET", $"{PatientsPath}?limit=2&include=doctor");
            await SayAsync("the next page", Person.Ada, "GET", $"{PatientsPath}?limit=2&include=doctor&after={page["next"]}");
            await SayAsync("by risk and age", Person.Grace, "GET", $"{PatientsPath}?risk_level=low&min_age=30&max_age=45");
            await SayAsync("a doctor's own", Person.House, "GET", PatientsPath);
            await SayAsync("archived ones", Person.Ada, "GET", $"{PatientsPath}?archived=true");
        }

        private async Task AnalyticsAsync()
        {
            await SayAsync("the risk distribution of all", Person.Ada, "GET", "/api/analytics/risk-distribution");
            await SayAsync("of a doctor's own patients", Person.Grace, "GET", "/api/analytics/risk-distribution");
            await SayAsync("who they are", Person.Grace, "GET", "/api/analytics/demographics");
            await SayAsync("a patient may not count", Person.Paul, "GET", "/api/analytics/demographics");
        }

        private async Task LogAsync(string id)
        {
            await SayAsync("who looked", Person.Grace, "GET", $"{PatientsPath}/{id}/access-log?limit=5");
            await SayAsync("the whole record", Person.Grace, "GET", $"{PatientsPath}/{id}/export");
            await SayAsync("not for another doctor", Person.House, "GET", $"{PatientsPath}/{id}/export");
            await SayAsync("the log", Person.Ada, "GET", "/api/security/logs?limit=100");
            await SayAsync("refusals by page", Person.Ada, "GET", "/api/security/logs?event_type=access_denied&severity=medium&status=failure&page=1&per_page=2");
            // How many checkpoints there are by now is a matter of time.
            await portal.Get<Audit.Checkpointer>().CoverAsync(CancellationToken.None);
            await SayAsync("verified", Person.Ada, "GET", "/api/security/verify");
        }

        // Whoever is refused may use up a number: refusals come last.
        private async Task AccountsAsync()
        {
            await SayAsync("an account for oneself", null, "POST", "/api/auth/register", Account("olga"), ("Idempotency-Key", "k2"));
            await SayAsync("the same again", null, "POST", "/api/auth/register", Account("olga"), ("Idempotency-Key", "k2"));
            await SayAsync("account and record", null, "POST", $"{PatientsPath}/self-register", APatient().With("username", "petra").With("email", "petra@x.test").With("password", "a password for petr_a"), ("Idempotency-Key", "k3"));
            await SayAsync("the same again", null, "POST", $"{PatientsPath}/self-register", APatient().With("username", "petra").With("email", "petra@x.test").With("password", "a password for petr_a"), ("Idempotency-Key", "k3"));
            var signedIn = await SayAsync("sign in", null, "POST", "/api/auth/login", new() { ["username"] = "Olga", ["password"] = "a password for olg_a" });
            await SayAsync("refresh", null, "POST", "/api/auth/refresh", new() { ["refresh_token"] = (string)signedIn["refresh_token"]! });
            await SayAsync("refresh with a used token", null, "POST", "/api/auth/refresh", new() { ["refresh_token"] = (string)signedIn["refresh_token"]! });
            await SayAsync("sign in wrongly", null, "POST", "/api/auth/login", new() { ["username"] = "olga", ["password"] = "wrong" });
            await SayAsync("sign in as nobody", null, "POST", "/api/auth/login", new() { ["username"] = "nobody", ["password"] = "wrong" });
            await SayAsync("one's sessions", Person.Paul, "GET", "/api/auth/sessions");
            await SayAsync("a foreign session", Person.Paul, "DELETE", "/api/auth/sessions/0123456789abcdef0123456789abcdef");
            await SayAsync("a password too short", Person.Paul, "POST", "/api/auth/change-password", new() { ["current_password"] = "x", ["new_password"] = "y" });
            await SayAsync("forgotten", null, "POST", "/api/auth/forgot-password", new() { ["email"] = "nobody@x.test" });
            await SayAsync("reset with junk", null, "POST", "/api/auth/reset-password", new() { ["token"] = "junk", ["new_password"] = "a good password for now" });
        }

        private async Task AdminAsync()
        {
            const string users = "/api/admin/users";
            var made = await SayAsync("an admin makes an account", Person.Ada, "POST", users, Account("quentin").With("role", "doctor"));
            var path = $"{users}/{made["id"]}";
            await SayAsync("changes it", Person.Ada, "PUT", path, new() { ["specialization"] = "Neurology" }, ("If-Match", "\"1\""));
            await SayAsync("without a version", Person.Ada, "PUT", path, new() { ["specialization"] = "Neurology" });
            await SayAsync("too late", Person.Ada, "PUT", path, new() { ["version"] = 1 });
            await SayAsync("a doctor with patients", Person.Ada, "PUT", $"{users}/{portal.IdOf(Person.Grace)}", new() { ["is_active"] = false, ["version"] = 1 });
            await SayAsync("the last admin", Person.Ada, "PUT", $"{users}/{portal.IdOf(Person.Ada)}", new() { ["role"] = "doctor", ["version"] = 1 });
            await SayAsync("a password too short", Person.Ada, "PUT", path, new() { ["password"] = "x", ["version"] = 2 });
            await SayAsync("a password and more", Person.Ada, "PUT", path, new() { ["password"] = "handed over on paper", ["role"] = "admin", ["version"] = 2 });
            await SayAsync("one's own password", Person.Ada, "PUT", $"{users}/{portal.IdOf(Person.Ada)}", new() { ["password"] = "handed over on paper", ["version"] = 1 });
            await SayAsync("deactivates it", Person.Ada, "PUT", path, new() { ["is_active"] = false, ["version"] = 2 });
            await SayAsync("the accounts", Person.Ada, "GET", $"{users}?limit=2");
            await SayAsync("the doctors", Person.Ada, "GET", $"{users}?role=doctor&is_active=true");
            await SayAsync("not for doctors", Person.Grace, "GET", users);
            var patient = await SayAsync("a record to link", Person.Grace, "POST", Register, APatient());
            await SayAsync("links it", Person.Ada, "PUT", $"{users}/{portal.IdOf(Person.Paul)}/patient", new() { ["patient_id"] = patient.Id(), ["version"] = 1 });
            await SayAsync("the owner reads it", Person.Paul, "GET", $"{PatientsPath}/{patient.Id()}");
            await SayAsync("me, with a record", Person.Paul, "GET", "/api/auth/me");
            await SayAsync("a name that is taken", Person.Ada, "POST", users, Account("quentin").With("role", "doctor"));
            await SayAsync("all wrong", Person.Ada, "POST", users, Account("").With("email", "x").With("password", "passwordpassword").With("role", "patient"));
        }

        private async Task SearchAsync()
        {
            const string search = $"{PatientsPath}/search";
            await SayAsync("one to be found", Person.Grace, "POST", Register, APatient("S-1").With("first_name", "Zoë").With("last_name", "O'Brien-Ångström").With("phone", "+44 20 7946 0958"));
            await SayAsync("and one like it", Person.House, "POST", Register, APatient("S-2").With("first_name", "Zoe").With("last_name", "Angstrom"));
            await SayAsync("by name", Person.Ada, "POST", search, new() { ["q"] = "zoe ANGSTROM" });
            await SayAsync("a doctor's own, misspelled", Person.Grace, "POST", search, new() { ["q"] = "zoe angstorm", ["limit"] = 5 });
            await SayAsync("only begun", Person.Grace, "POST", search, new() { ["q"] = "zoe obr" });
            await SayAsync("another doctor's", Person.House, "POST", search, new() { ["q"] = "S-1" });
            await SayAsync("archived ones are for admins", Person.House, "POST", search, new() { ["q"] = "zoe", ["archived"] = true });
            await SayAsync("nothing to search for", Person.Ada, "POST", search, new() { ["q"] = "'" });
            await SayAsync("all wrong", Person.Ada, "POST", search, new() { ["query"] = "x", ["limit"] = "5" });
            var draft = new JsonObject { ["first_name"] = "Zoë", ["last_name"] = "O'Brien Ångstrom", ["date_of_birth"] = "1950-12-03", ["phone"] = "020 7946 0958" };
            await SayAsync("is she here already", Person.Grace, "POST", $"{PatientsPath}/duplicates", draft);
            await SayAsync("at another doctor's", Person.House, "POST", $"{PatientsPath}/duplicates", (JsonObject)draft.DeepClone());
            await SayAsync("a draft of nobody", Person.House, "POST", $"{PatientsPath}/duplicates", []);
            await SayAsync("the doctors, for a patient", Person.Paul, "GET", "/api/doctors?limit=1");
            await SayAsync("a doctor's patients", Person.Ada, "GET", $"/api/doctors/{portal.IdOf(Person.House)}/patients?limit=1&include=doctor");
            await SayAsync("another doctor's patients", Person.Grace, "GET", $"/api/doctors/{portal.IdOf(Person.House)}/patients");
            await SayAsync("the searches in the log", Person.Ada, "GET", "/api/security/logs?event_type=patients_searched&limit=1");
        }

        private async Task NumbersAsync()
        {
            const string logs = "/api/security/logs";
            await SayAsync("sign-ins that failed", Person.Ada, "GET", $"{logs}/failed-logins");
            await SayAsync("the log in numbers", Person.Ada, "GET", $"{logs}/stats");
            await SayAsync("of no time at all", Person.Ada, "GET", $"{logs}/stats?from=2025-01-02&to=2025-01-01");
            await SayAsync("what one did", Person.Paul, "GET", $"{logs}/user-activity/{portal.IdOf(Person.Paul)}?limit=2");
            await SayAsync("what another did", Person.Paul, "GET", $"{logs}/user-activity/{portal.IdOf(Person.Grace)}");
            await SayAsync("the same, for an admin", Person.Ada, "GET", $"{logs}/user-activity/{portal.IdOf(Person.Paul)}?event_type=access_denied&limit=1");
            await portal.Get<Audit.Checkpointer>().CoverAsync(CancellationToken.None);
            await SayAsync("the clinic in numbers", Person.Ada, "GET", "/api/admin/stats");
            await SayAsync("not for doctors", Person.Grace, "GET", "/api/admin/stats");
        }

        private static JsonObject Account(string name) => new() { ["username"] = name, ["email"] = $"{name}@x.test", ["password"] = name.Length == 0 ? "x" : $"a password for {name[..^1]}_{name[^1]}", ["first_name"] = "Some", ["last_name"] = "Body" };

        private async Task<JsonObject> SayAsync(string title, Person? who, string method, string path, JsonObject? body = null, params (string Name, string Value)[] headers)
        {
            var client = who is null ? portal.Anonymous : portal.As(who);
            using var response = await client.SendAsync(new HttpMethod(method), path, body, headers);
            // The relay is quick but not instant: the order of rows must not depend on it.
            await portal.SettleAsync();
            var text = await response.Content.ReadAsStringAsync();
            var answer = text.Length == 0 ? null : (JsonObject)JsonNode.Parse(text)!;
            transcript.Append($"### {title}\n# {who?.Username ?? "nobody"}\n{method} {masks.Of(path)}\n");
            foreach (var (name, value) in headers) transcript.Append($"{name}: {value}\n");
            if (body is not null) transcript.Append($"\n{masks.Of(body.ToJsonString(Indented))}\n");
            transcript.Append($"\n> {(int)response.StatusCode} {response.StatusCode}\n");
            foreach (var header in ShownHeaders) AppendHeader(response, header);
            transcript.Append($"{(answer is null ? "" : masks.Of(answer.ToJsonString(Indented)))}\n\n");
            return answer ?? [];
        }

        private void AppendHeader(HttpResponseMessage response, string name)
        {
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
                transcript.Append($"> {name}: {masks.Of(string.Join(", ", values))}\n");
        }
    }
}
