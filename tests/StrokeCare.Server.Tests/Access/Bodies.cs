using System.Text.Json.Nodes;
using StrokeCare.Changes;
using StrokeCare.Patients;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Access;

/// <summary>What a request names in its path, its version, and the record it is about.</summary>
internal sealed record Target(string Id, long Version, PatientId Record)
{
    /// <summary>The last name on the record, which nobody else has.</summary>
    public string Name { get; init; } = "";
}

internal readonly record struct BodyOf(string? Json, long? IfMatch = null);

/// <summary>The bodies that permissions.csv names. Those of actors who may are good, unless that would end the actor or cost a password hash.</summary>
internal static class Bodies
{
    private const string Short = "too short";
    private const string Good = "a door of seven hinges";

    public static BodyOf Of(string name, Target target, Cast cast)
    {
        if (name == "broken") return new("{");
        if (name == "stale_amendment_if_match") return new(Amendment().ToJsonString(), target.Version - 1);
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
        _ => throw new NotSupportedException($"permissions.csv names a body {name}: say here what it is."),
    };

    private static JsonObject Amendment() => new() { ["reason"] = "A slip of the pen", ["diagnosis"] = "TIA" };

    private static JsonObject Account(string password)
    {
        var name = $"new-{Change.NewId()}";
        return new() { ["username"] = name, ["email"] = $"{name}@clinic.test", ["password"] = password };
    }
}
