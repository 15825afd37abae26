using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

/// <summary>A doctor who works every morning, with one patient who has an account. Nobody else has to do with them.</summary>
internal sealed class Practice : IDisposable
{
    public const string Book = "/api/appointments/book";
    public const string Appointments = "/api/appointments";

    private const string Password = "a door of seven hinges";

    private readonly RunningPortal portal;

    private Practice(RunningPortal portal, UserId doctor, UserId owner) => (this.portal, DoctorId, OwnerId) = (portal, doctor, owner);

    public UserId DoctorId { get; }

    public UserId OwnerId { get; }

    public HttpClient Doctor { get; private set; } = null!;

    /// <summary>The patient, signed in.</summary>
    public HttpClient Owner { get; private set; } = null!;

    public HttpClient Admin => portal.As(Person.Ada);

    /// <summary>The id of the owner's record.</summary>
    public string Patient { get; private set; } = "";

    /// <summary>A week from now, on the clock of a clinic in UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(portal.Get<TimeProvider>().GetUtcNow().UtcDateTime).AddDays(7);

    public string DoctorPath => $"/api/doctors/{DoctorId}";

    public static async Task<Practice> OpenAsync(RunningPortal portal, string from = "09:00", string to = "12:00")
    {
        var practice = new Practice(portal, await HireAsync(portal, Role.Doctor), await HireAsync(portal, Role.Patient));
        practice.Doctor = portal.With(await portal.TokenAsync(practice.DoctorId));
        practice.Owner = portal.With(await portal.TokenAsync(practice.OwnerId));
        practice.Patient = await practice.NewPatientAsync();
        var link = new JsonObject { ["patient_id"] = practice.Patient, ["version"] = 1 };
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"/api/admin/users/{practice.OwnerId}/patient", link)).ObjectAsync();
        await practice.WorksAsync(from, to);
        return practice;
    }

    public static Task<UserId> HireAsync(RunningPortal portal, Role role) => portal.CreateAsync($"p-{Change.NewId()}", Password, role);

    /// <summary>A record of this doctor's, without an account.</summary>
    public async Task<string> NewPatientAsync() => (await Doctor.RegisterAsync()).Id();

    /// <summary>Every day from then to then.</summary>
    public async Task WorksAsync(string from, string to)
    {
        var hours = new JsonObject { ["version"] = (long)(await (await Doctor.GetAsync($"{DoctorPath}/working-hours")).ObjectAsync())["version"]! };
        foreach (var day in CultureInfo.InvariantCulture.DateTimeFormat.DayNames)
            hours[day.ToLowerInvariant()] = new JsonArray(new JsonObject { ["from"] = from, ["to"] = to });
        await (await Doctor.SendAsync(HttpMethod.Put, $"{DoctorPath}/working-hours", hours)).ObjectAsync();
    }

    /// <summary>What the patient sends to have half an hour; staff add whose it is.</summary>
    public JsonObject At(string time, DateOnly? day = null) => new()
    {
        ["doctor_id"] = DoctorId.Value,
        ["appointment_date"] = (day ?? Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["appointment_time"] = time,
        ["reason"] = "Check-up",
    };

    public JsonObject At(string time, string patient) => At(time).With("patient_id", patient);

    public static async Task<JsonObject> BookedAsync(HttpClient who, JsonObject wanted) => await (await who.PostAsync(Book, wanted)).ObjectAsync(HttpStatusCode.Created);

    public static Task<HttpResponseMessage> PutAsync(HttpClient who, JsonObject appointment, string what, JsonObject body, params (string, string)[] headers) =>
        who.SendAsync(HttpMethod.Put, $"{Appointments}/{appointment.Id()}/{what}", body, headers);

    public static JsonObject To(string time, DateOnly day) =>
        new() { ["appointment_date"] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["appointment_time"] = time };

    /// <summary>The times on the wall clock that a list of slots, or a refusal's alternatives, offers.</summary>
    public static IEnumerable<string> Times(JsonNode? slots) => slots!.AsArray().Select(slot => (string)slot!["appointment_time"]!);

    public async Task<IEnumerable<string>> FreeAsync(HttpClient who) =>
        Times((await (await who.GetAsync($"{DoctorPath}/slots?date={Day:yyyy-MM-dd}")).ObjectAsync())["items"]);

    public void Dispose()
    {
        Doctor.Dispose();
        Owner.Dispose();
    }
}
