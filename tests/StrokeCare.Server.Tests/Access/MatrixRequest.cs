using System.Globalization;
using System.Net.Http.Headers;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Api;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>One request of one actor: whom and what it is about, and what its answer must not show.</summary>
internal sealed record MatrixRequest
{
    public const string AbsentRecord = "0123456789abcdef01234567";
    public const string AbsentSession = "0123456789abcdef0123456789abcdef";

    public required Player Player { get; init; }

    public required string Path { get; init; }

    public required BodyOf Body { get; init; }

    /// <summary>Ids and names of what this actor has nothing to do with.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>The accounts whose sessions are watched.</summary>
    public required IReadOnlyList<UserId> Watched { get; init; }

    public static async Task<MatrixRequest> OfAsync(MatrixRow row, Who who, Scene scene)
    {
        var (own, foreign) = (await scene.OwnAsync(who), await scene.ForeignAsync());
        var charge = row.Object switch
        {
            "foreign" => foreign,
            "archived" => await scene.OwnAsync(who, archived: true),
            _ => own,
        };
        // An owner is one of the record at hand; of a foreign one they are not.
        var player = await scene.PlayerAsync(who, row.Object == "foreign" ? own : charge);
        var target = await TargetAsync(row, player, charge, scene) with
        {
            Name = charge.Owner.Username,
            Doctor = player.Account.Role == Role.Doctor ? player.Account.Id : charge.Patient.AssignedDoctorId!.Value,
        };
        var foreignSession = await scene.ForeignSessionAsync();
        string[] secrets = [foreign.Patient.Id.ToString(), foreign.Entry.Id.ToString(), foreign.Appointment.Id.ToString(), foreign.Owner.Username, scene.Cast.Stranger.Username, foreignSession.Id];
        return new()
        {
            Player = player,
            Path = row.Route.Replace("{id}", target.Id, StringComparison.Ordinal).Replace("{entry}", EntryOf(row, charge, foreign), StringComparison.Ordinal).Replace("{documentName?}", "", StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal) + Query(row, player, (own, foreign), scene),
            Body = Bodies.Of(row.Body, target, scene.Cast),
            Secrets = HasToDoWithOwn(who) ? secrets : [.. secrets, own.Patient.Id.ToString(), own.Entry.Id.ToString(), own.Appointment.Id.ToString(), own.Owner.Username],
            Watched = [player.Account.Id, scene.Cast.Stranger.Id],
        };
    }

    public HttpRequestMessage ToHttp(string method)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Path);
        if (Player.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Body.Json is { } json) request.Content = Http.Json(json);
        if (Body.IfMatch is { } version) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return request;
    }

    private static string EntryOf(MatrixRow row, Charge charge, Charge foreign) => row.Object switch
    {
        "malformed" => "x",
        "absent_entry" => AbsentRecord,
        "entry_of_another" => foreign.Entry.Id.ToString(),
        _ => charge.Entry.Id.ToString(),
    };

    private static bool HasToDoWithOwn(Who who) => who is Who.Owner or Who.AssignedDoctor or Who.Locked or Who.Admin;

    private static async Task<Target> TargetAsync(MatrixRow row, Player player, Charge charge, Scene scene)
    {
        if (row.Object == "malformed") return new("x", 1, charge.Patient.Id);
        if (row.Route.StartsWith("/api/doctors/{id}", StringComparison.Ordinal))
        {
            var doctor = row.Object == "absent" ? new UserId(int.MaxValue) : charge.Patient.AssignedDoctorId!.Value;
            return new(doctor.ToString(), (await scene.Portal.Get<IDoctorHoursStore>().FindAsync(doctor, CancellationToken.None)).Version, charge.Patient.Id);
        }

        if (row.Route.EndsWith("/user-activity/{id}", StringComparison.Ordinal))
            return new((row.Object switch { "own" => player.Account.Id, "absent" => new(int.MaxValue), _ => charge.Owner.Id }).ToString(), 1, charge.Patient.Id);
        if (row.Route.StartsWith("/api/appointments", StringComparison.Ordinal)) return AppointmentOf(row, charge);
        var sessions = row.Route.StartsWith("/api/auth/sessions/", StringComparison.Ordinal);
        if (row.Route.StartsWith("/api/admin/users/{id}", StringComparison.Ordinal))
        {
            if (row.Object == "absent") return new(int.MaxValue.ToString(CultureInfo.InvariantCulture), charge.Patient.Version, charge.Patient.Id);
            if (row.Route.EndsWith("/patient", StringComparison.Ordinal)) return new(charge.Owner.Id.ToString(), charge.Patient.Version, charge.Patient.Id);
            // One's own account: nobody raises themselves.
            var account = row.Object == "own" ? player.Account.Id : charge.Owner.Id;
            return new(account.ToString(), (await scene.Portal.Get<IUserStore>().FindAsync(account, CancellationToken.None))!.Version, charge.Patient.Id);
        }

        return row.Object switch
        {
            "absent" => new(sessions ? AbsentSession : AbsentRecord, 1, charge.Patient.Id),
            "own" when sessions => new((await scene.SpareSessionAsync(player.Account)).Id, 1, charge.Patient.Id),
            "foreign" when sessions => new((await scene.ForeignSessionAsync()).Id, 1, charge.Patient.Id),
            _ => new(charge.Patient.Id.ToString(), row.Route.Contains("{entry}", StringComparison.Ordinal) ? charge.Entry.Version : charge.Patient.Version, charge.Patient.Id),
        };
    }

    // Booking has no id in its path: there the object is the record it is for.
    private static Target AppointmentOf(MatrixRow row, Charge charge) => row.Object == "absent"
        ? new(AbsentRecord, 1, new(Changes.ClinicalId.Parse(AbsentRecord)))
        : new(charge.Appointment.Id.ToString(), charge.Appointment.Version, charge.Patient.Id);

    private static string Query(MatrixRow row, Player player, (Charge Own, Charge Foreign) charges, Scene scene) => row.Query.Length == 0 ? "" : "?" + row.Query
        .Replace("{doctor}", scene.Cast.DoctorOf(player.Who).Id.ToString(), StringComparison.Ordinal)
        .Replace("{foreign_doctor}", scene.Cast.Stranger.Id.ToString(), StringComparison.Ordinal)
        .Replace("{patient}", charges.Own.Patient.Id.ToString(), StringComparison.Ordinal)
        .Replace("{own_start}", charges.Own.Appointment.StartsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{foreign_patient}", charges.Foreign.Patient.Id.ToString(), StringComparison.Ordinal)
        .Replace("{day}", Bodies.NextDay().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{foreign_cursor}", Cursor(row.Route, charges.Own, player, scene), StringComparison.Ordinal);

    /// <summary>A good cursor of the very list, but another reader's.</summary>
    private static string Cursor(string route, Charge own, Player player, Scene scene)
    {
        var stranger = new Actor(scene.Cast.Stranger.Id, scene.Cast.Stranger.Username, Role.Admin, Origin.Local);
        var (list, key) = route switch
        {
            "/api/patients" => (new PatientListRequest(new PatientFilter { Limit = 1 }, false).ListName, own.Patient.Id.ToString()),
            "/api/patients/{id}/access-log" => ($"access-log {own.Patient.Id}", "100"),
            "/api/patients/{id}/history" => (HistoryEndpoints.ListOf(own.Patient.Id), StrokeCare.History.HistoryKey.Of(own.Entry).ToString()),
            "/api/appointments" => (AppointmentQuery.ListOf(new() { Limit = 1 }), AppointmentKey.Of(own.Appointment).ToString()),
            "/api/admin/users" => ("users newest  ", "100"),
            "/api/security/logs/failed-logins" => (new LogListRequest(new LogFilter { EventType = "login", Status = "failure" }, null).ListName, "100"),
            "/api/security/logs/user-activity/{id}" => (new LogListRequest(new LogFilter { UserId = player.Account.Id.Value }, null).ListName, "100"),
            _ => (new LogListRequest(new LogFilter(), null).ListName, "100"),
        };
        return scene.Portal.Get<Cursors>().Seal(list, stranger, key);
    }
}
