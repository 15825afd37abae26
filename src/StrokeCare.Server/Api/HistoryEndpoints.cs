using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder app)
    {
        var history = app.MapGroup("/api/patients/{id}/history").WithTags("history");
        history.MapGet("/", ListAsync).ForAnyoneSignedIn().Audits(AuditAction.HistoryViewed).WithName("list_history")
            .WithSummary("A patient's history, newest first").Refuses(400, 401, 403, 404, 503);
        history.MapPost("/", AddAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.HistoryAdded).WithName("add_history_entry")
            .WithSummary("Write an entry").Refuses(400, 401, 403, 404, 409, 413, 415, 422, 503);
        history.MapPost("/search", SearchAsync).ForAnyoneSignedIn().Audits(AuditAction.HistoryViewed).WithName("search_history")
            .WithSummary("Entries with all of these words, the last of them only begun perhaps; newest first").Refuses(400, 401, 403, 404, 413, 415, 503);
        history.MapPost("/{entry}/amend", AmendAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.HistoryAmended).WithName("amend_history_entry")
            .WithSummary("Correct an entry, or mark it as entered in error; what it said before is kept").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
    }

    /// <summary>What a cursor is bound to: the list, not the size of its pages.</summary>
    public static string ListOf(PatientId patient) => $"history newest {patient}";

    private static Error BadEntryId { get; } = Error.Invalid("entry", "is 24 hex digits.");

    private static async Task<Results<Ok<ItemList<HistoryRecord>>, ProblemHttpResult>> ListAsync(
        string id, [AsParameters] PageQuery query, Caller caller, HttpContext http, HistoryDesk desk, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return PatientEndpoints.BadId.ToProblem(http);
        var list = ListOf(patient);
        var limit = query.ReadLimit(http.Request.Query);
        if (!limit.Succeeded) return limit.Error.ToProblem(http);
        var filter = new HistoryFilter { Patient = patient, Limit = limit.Value };
        if (query.After is { } after)
        {
            if (!HistoryKey.TryParse(desk.Cursors.Open(list, caller.Actor, after), out var behind)) return Cursors.Invalid.ToProblem(http);
            filter = filter with { Behind = behind };
        }

        var page = await desk.List.HandleAsync(filter, caller.Actor, ct);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        return TypedResults.Ok(new ItemList<HistoryRecord>(
            [.. page.Value.Items.Select(entry => new HistoryRecord(entry))],
            page.Value.Next is { } next ? desk.Cursors.Seal(list, caller.Actor, next) : null));
    }

    private static async Task<Results<Ok<FoundHistoryList>, ProblemHttpResult>> SearchAsync(
        string id, JsonBody<SearchHistory> body, Caller caller, HttpContext http, SearchHistoryHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return PatientEndpoints.BadId.ToProblem(http);
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var found = await handler.HandleAsync(patient, body.Read.Value, caller.Actor, ct);
        if (!found.Succeeded) return found.Error.ToProblem(http);
        return TypedResults.Ok(new FoundHistoryList([.. found.Value.Items.Select(entry => new HistoryRecord(entry))]));
    }

    private static async Task<Results<Created<HistoryRecord>, ProblemHttpResult>> AddAsync(
        string id, JsonBody<AddHistoryEntry> body, Caller caller, HttpContext http, HistoryDesk desk, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return PatientEndpoints.BadId.ToProblem(http);
        var added = await desk.Keys.CreateAsync(http, caller.Actor, body, (command, request) => desk.Add.HandleAsync(patient, command, caller.Actor, request, ct));
        if (!added.Succeeded) return added.Error.ToProblem(http);
        http.SetETag(added.Value.Entry.Version);
        return TypedResults.Created($"/api/patients/{patient}/history", new HistoryRecord(added.Value.Entry));
    }

    private static async Task<Results<Ok<HistoryRecord>, ProblemHttpResult>> AmendAsync(
        [AsParameters] HistoryPath path, JsonBody<AmendHistoryEntry> body, Caller caller, HttpContext http, AmendHistoryEntryHandler handler, CancellationToken ct)
    {
        var address = path.Read();
        if (!address.Succeeded) return address.Error.ToProblem(http);
        var asked = http.Guarded(body, command => command.Version);
        if (!asked.Succeeded) return asked.Error.ToProblem(http);
        var amended = await handler.HandleAsync(address.Value, asked.Value.Command, asked.Value.Expected, caller.Actor, ct);
        if (!amended.Succeeded) return amended.Error.ToProblem(http);
        http.SetETag(amended.Value.Version);
        return TypedResults.Ok(new HistoryRecord(amended.Value));
    }

    /// <summary>An entry in the path, as sent.</summary>
    internal sealed record HistoryPath
    {
        [FromRoute(Name = "id")]
        public required string Id { get; init; }

        [FromRoute(Name = "entry")]
        public required string Entry { get; init; }

        public Result<HistoryAddress> Read()
        {
            if (!PatientId.TryParse(Id, out var patient)) return PatientEndpoints.BadId;
            return HistoryEntryId.TryParse(Entry, out var entry) ? new HistoryAddress(patient, entry) : BadEntryId;
        }
    }
}

/// <summary>What history over HTTP needs beside the request: the operations, the keys that make writing repeatable, and the cursors.</summary>
internal sealed record HistoryDesk(ListHistoryHandler List, AddHistoryEntryHandler Add, IdempotencyKeys Keys, Cursors Cursors);
