using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Api;

/// <summary>The parameters of one doctor's list of patients, as sent.</summary>
internal sealed record PatientPageQuery
{
    [FromQuery(Name = "risk_level")]
    public string? RiskLevel { get; init; }

    [FromQuery(Name = "min_age")]
    public string? MinAge { get; init; }

    [FromQuery(Name = "max_age")]
    public string? MaxAge { get; init; }

    [FromQuery(Name = "archived")]
    public string? Archived { get; init; }

    [FromQuery(Name = "include")]
    public string? Include { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    public string? After { get; init; }

    public static string[] Known { get; } = ["risk_level", "min_age", "max_age", "archived", "include", "limit", "after"];

    public Result<PatientListRequest> Read(IQueryCollection sent, UserId doctor) => Read(new QueryInput(sent, Known), doctor);

    public Result<PatientListRequest> Read(QueryInput query, UserId? doctor)
    {
        var filter = new PatientFilter
        {
            RiskLevel = query.Named<RiskLevel>("risk_level", RiskLevel),
            MinAge = query.Number("min_age", MinAge, 0, PatientRules.MaxAge),
            MaxAge = query.Number("max_age", MaxAge, 0, PatientRules.MaxAge),
            AssignedDoctorId = doctor,
            Archived = query.Flag("archived", Archived),
            Limit = query.Whole("limit", Limit, 1, Page<PatientSummary>.MaxLimit) ?? Page<PatientSummary>.DefaultLimit,
        };
        var include = query.Word("include", Include, "doctor");
        return query.Error is { } faults ? faults : new PatientListRequest(filter, include);
    }
}

/// <summary>The parameter of the list of all patients beside those of one doctor's, as sent.</summary>
internal sealed record PatientQuery
{
    [FromQuery(Name = "assigned_doctor_id")]
    public string? AssignedDoctorId { get; init; }

    public Result<PatientListRequest> Read(PatientPageQuery page, IQueryCollection sent)
    {
        var query = new QueryInput(sent, [.. PatientPageQuery.Known, "assigned_doctor_id"]);
        return page.Read(query, query.Whole("assigned_doctor_id", AssignedDoctorId, 1, int.MaxValue) is { } doctor ? new UserId(doctor) : null);
    }
}

internal sealed record PatientListRequest(PatientFilter Filter, bool IncludeDoctor)
{
    /// <summary>What a cursor is bound to: the list, its order and its filter, not the size of its pages.</summary>
    public string ListName => string.Create(
        CultureInfo.InvariantCulture,
        $"patients newest {Filter.RiskLevel} {Filter.MinAge} {Filter.MaxAge} {Filter.AssignedDoctorId} {Filter.Archived}");
}

/// <summary>A row of a record's access log: who did what and when, without where from.</summary>
internal sealed record AccessLogEntry(LogRow Row)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public LogRow Row { get; } = Row;

    public long Seq => Row.Seq;

    public string EventType => Row.EventType;

    public int? UserId => Row.UserId;

    public string? Username => Row.Username;

    public string? UserRole => Row.UserRole;

    public string Status => Row.Status;

    /// <summary>What it is about: the record itself, or something that belongs to it.</summary>
    public string? EntityType => Row.EntityType;

    public string? EntityId => Row.EntityId;

    public long? Version => Row.EntityVersion;

    public DateTimeOffset CreatedAt => Row.CreatedAt;
}

internal static class PatientListEndpoint
{
    public static Task<Results<Ok<ItemList<ListedPatient>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PatientQuery query, [AsParameters] PatientPageQuery page, Caller caller, HttpContext http, PatientLists lists, CancellationToken ct) =>
        lists.AnswerAsync(query.Read(page, http.Request.Query), page.After, caller, http, ct);

    /// <summary>A page of what was read from the query.</summary>
    public static async Task<Results<Ok<ItemList<ListedPatient>>, ProblemHttpResult>> AnswerAsync(
        this PatientLists lists, Result<PatientListRequest> read, string? cursor, Caller caller, HttpContext http, CancellationToken ct)
    {
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var (filter, includeDoctor) = read.Value;
        if (cursor is { } after)
        {
            if (!PatientId.TryParse(lists.Cursors.Open(read.Value.ListName, caller.Actor, after), out var before)) return Cursors.Invalid.ToProblem(http);
            filter = filter with { Before = before };
        }

        var listed = await lists.Patients.HandleAsync(filter, includeDoctor, caller.Actor, ct);
        if (!listed.Succeeded) return listed.Error.ToProblem(http);
        var page = listed.Value.Page;
        return TypedResults.Ok(new ItemList<ListedPatient>(
            [.. page.Items.Select(patient => new ListedPatient(patient, listed.Value.Doctors))],
            page.Next is { } next ? lists.Cursors.Seal(read.Value.ListName, caller.Actor, next) : null));
    }

    public static async Task<Results<Ok<ItemList<AccessLogEntry>>, ProblemHttpResult>> AccessLogAsync(
        string id, [AsParameters] PageQuery query, Caller caller, HttpContext http, PatientLists lists, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return PatientEndpoints.BadId.ToProblem(http);
        var list = $"access-log {patient}";
        var read = query.Read(http.Request.Query, list, caller.Actor, lists.Cursors);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var page = await lists.AccessLog.HandleAsync(patient, read.Value.BeforeSeq, read.Value.Limit, caller.Actor, ct);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        return TypedResults.Ok(new ItemList<AccessLogEntry>(
            [.. page.Value.Items.Select(row => new AccessLogEntry(row))],
            page.Value.Next is { } next ? lists.Cursors.Seal(list, caller.Actor, next) : null));
    }
}

/// <summary>The lists about patients and the cursors through them.</summary>
internal sealed record PatientLists(ListPatientsHandler Patients, GetAccessLogHandler AccessLog, Cursors Cursors);
