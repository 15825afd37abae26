using System.Globalization;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Access;

/// <summary>What a request names in its path, its version, and the record it is about.</summary>
internal sealed record Target(string Id, long Version, PatientId Record)
{
    /// <summary>The last name on the record, which nobody else has.</summary>
    public string Name { get; init; } = "";

    /// <summary>With whom an appointment is wanted: a doctor who asks, or else the record's.</summary>
    public UserId Doctor { get; init; }
}

internal readonly record struct BodyOf(string? Json, long? IfMatch = null);

/// <summary>The bodies that permissions.csv names. Those of actors who may are good, unless that would end the actor or cost a password hash.</summary>
internal static class Bodies
{
    private const string Short = "too short";
    private const string Good = "a door of seven hinges";

    private static int days;

    // Within what can be booked; one portal uses up less than that.
    private const int Days = 1500;

    /// <summary>A day on which nobody has an appointment yet.</summary>
    public static DateOnly NextDay() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(7 + (Interlocked.Increment(ref days) % Days));

    public static BodyOf Of(string name, Target target, Cast cast)
    {
        if (name == "broken") return new("{");
        if (name == "stale_amendment_if_match") return new(Amendment().ToJsonString(), target.Version - 1);
        if (name == "stale_move_if_match") return new(Move().ToJsonString(), target.Version - 1);
        if (name == "stale_cancellation_if_match") return new(Cancellation().ToJsonString(), target.Version - 1);
        if (name == "stale_arrival_if_match") return new(Arrival().ToJsonString(), target.Version - 1);
        if (name is "stale_hours_if_match" or "stale_days_off_if_match") return new(name == "stale_hours_if_match" ? "{}" : DaysOff().ToJsonString(), target.Version - 1);
        if (name == "stale_if_match") return new(APatient().ToJsonString(), target.Version - 1);
        return new(Made(name, target, cast)?.ToJsonString());
    }

    private static JsonObject? Made(string name, Target target, Cast cast) => name switch
    {
        "" => null,
        "empty" => [],
        "version" => new() { ["version"] = target.Version },
        // Accounts
        "account" => Account(Good).With("role", "doctor"),
        "weak_account" => Account(Short),
        "weak_registration" => APatient().With("username", "somebody").With("email", "somebody@clinic.test").With("password", Short),
        "short_password" => new() { ["current_password"] = Good, ["new_password"] = Short },
        "no_token_of_ours" => new() { ["refresh_token"] = "x" },
        "unknown_address" => new() { ["email"] = "nobody@clinic.test" },
        "unknown_reset" => new() { ["token"] = "x", ["new_password"] = Good },
        "promote" => new() { ["role"] = "admin", ["version"] = target.Version },
        "new_password" => new() { ["password"] = Good, ["version"] = target.Version },
        "weak_password" => new() { ["password"] = Short, ["version"] = target.Version },
        "stale_account" => new() { ["phone"] = "1", ["version"] = target.Version - 1 },
        "no_version_account" => new() { ["phone"] = "1" },
        "link" => new() { ["patient_id"] = target.Record.ToString(), ["version"] = target.Version },
        "link_absent" => new() { ["patient_id"] = MatrixRequest.AbsentRecord, ["version"] = target.Version },
        // Records
        "record" => APatient(),
        "record_of_another_doctor" => APatient().With("assigned_doctor_id", cast.Stranger.Id.Value),
        "details" => APatient().With("version", target.Version),
        "other_doctor" => APatient().With("version", target.Version).With("assigned_doctor_id", cast.AccountOf(Who.OtherDoctor).Id.Value),
        "no_version" => APatient(),
        "search" => new() { ["q"] = target.Name },
        "no_word" => new() { ["q"] = "'" },
        "search_archived" => new() { ["q"] = target.Name, ["archived"] = true },
        "duplicate" => new() { ["first_name"] = "Somebody", ["last_name"] = target.Name, ["date_of_birth"] = "1950-03-12" },
        "stale" => APatient().With("version", target.Version - 1),
        // History
        "entry" => new() { ["diagnosis"] = "Stroke" },
        "amendment" => Amendment().With("version", target.Version),
        "entered_in_error" => new() { ["reason"] = "Another patient's", ["entered_in_error"] = true, ["version"] = target.Version },
        "no_version_amendment" => Amendment(),
        "stale_amendment" => Amendment().With("version", target.Version - 1),
        // Appointments
        "booking" => Booking(target, target.Doctor),
        "booking_elsewhere" => Booking(target, cast.Stranger.Id),
        "overriding_booking" => Booking(target, target.Doctor).With("override", true).With("override_reason", "Stroke"),
        "booking_without_patient" => new(Booking(target, target.Doctor).Where(member => member.Key != "patient_id").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
        "move" => Move().With("version", target.Version),
        "no_version_move" => Move(),
        "stale_move" => Move().With("version", target.Version - 1),
        "overriding_move" => Move().With("version", target.Version).With("override", true).With("override_reason", "Stroke"),
        "cancellation" => Cancellation().With("version", target.Version),
        "no_version_cancellation" => Cancellation(),
        "stale_cancellation" => Cancellation().With("version", target.Version - 1),
        "arrival" => Arrival().With("version", target.Version),
        "no_version_arrival" => Arrival(),
        "stale_arrival" => Arrival().With("version", target.Version - 1),
        "stale_hours" => new() { ["version"] = target.Version - 1 },
        "days_off" => DaysOff().With("version", target.Version),
        "no_version_days_off" => DaysOff(),
        "stale_days_off" => DaysOff().With("version", target.Version - 1),
        _ => throw new NotSupportedException($"permissions.csv names a body {name}: say here what it is."),
    };

    private static JsonObject Amendment() => new() { ["reason"] = "A slip of the pen", ["diagnosis"] = "TIA" };

    private static JsonObject Booking(Target target, UserId doctor) => OnNextDay(new()
    {
        ["doctor_id"] = doctor.Value,
        ["patient_id"] = target.Record.ToString(),
        ["reason"] = "Check-up",
    });

    private static JsonObject Move() => OnNextDay([]);

    private static JsonObject Cancellation() => new() { ["reason"] = "Away" };

    private static JsonObject Arrival() => new() { ["status"] = "arrived" };

    private static JsonObject DaysOff() => new() { ["days_off"] = new JsonArray(new JsonObject { ["date"] = "2000-01-01" }) };

    private static JsonObject OnNextDay(JsonObject body) => body.With("appointment_date", NextDay().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).With("appointment_time", "09:00");

    private static JsonObject Account(string password)
    {
        var name = $"new-{Change.NewId()}";
        return new() { ["username"] = name, ["email"] = $"{name}@clinic.test", ["password"] = password };
    }
}
