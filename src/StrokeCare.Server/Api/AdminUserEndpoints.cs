using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>The accounts as admins run them.</summary>
internal static class AdminUserEndpoints
{
    public static void MapAdminUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/admin/users").WithTags("admin");
        users.MapGet("/", ListAsync).For(Role.Admin).AuditsNothing("accounts hold no patient data").WithName("list_users")
            .WithSummary("The accounts, newest first").Refuses(400, 401, 403, 503);
        users.MapPost("/", CreateAsync).For(Role.Admin).Audits(AuditAction.UserCreated).WithName("create_user")
            .WithSummary("Make an account; its password is an initial one unless must_change_password is false").Refuses(400, 401, 403, 409, 413, 415, 422, 503);
        users.MapPut("/{id}", UpdateAsync).For(Role.Admin)
            .Audits(AuditAction.UserUpdated, AuditAction.RoleChanged, AuditAction.UserDeactivated, AuditAction.UserUnlocked).WithName("update_user")
            .WithSummary("Change role, activity, lock or details of an account; what is left out stays").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        users.MapPut("/{id}/patient", LinkAsync).For(Role.Admin).Audits(AuditAction.PatientLinked).WithName("link_patient")
            .WithSummary("Tie a patient's account to their record").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
    }

    private static async Task<Results<Ok<ItemList<ManagedAccount>>, ProblemHttpResult>> ListAsync(
        [AsParameters] UserQuery query, Caller caller, HttpContext http, UserAdministration admin, CancellationToken ct)
    {
        var read = query.Read(http.Request.Query);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var filter = read.Value;
        var list = $"users newest {filter.Role} {filter.IsActive}";
        if (query.After is { } after)
        {
            if (admin.Cursors.OpenSeq(list, caller.Actor, after) is not { } before || before > int.MaxValue) return Cursors.Invalid.ToProblem(http);
            filter = filter with { Before = new UserId((int)before) };
        }

        var page = await admin.List.HandleAsync(filter, caller.Actor, ct);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        var now = admin.Time.GetUtcNow();
        return TypedResults.Ok(new ItemList<ManagedAccount>(
            [.. page.Value.Items.Select(user => new ManagedAccount(user, now))],
            page.Value.Next is { } next ? admin.Cursors.Seal(list, caller.Actor, next) : null));
    }

    private static async Task<Results<Created<ManagedAccount>, ProblemHttpResult>> CreateAsync(
        JsonBody<CreateUser> body, Caller caller, HttpContext http, UserAdministration admin, CancellationToken ct)
    {
        var made = await admin.Keys.CreateAsync(http, caller.Actor, body, (command, request) => admin.Create.HandleAsync(command, caller.Actor, request, ct));
        if (!made.Succeeded) return made.Error.ToProblem(http);
        http.SetETag(made.Value.User.Version);
        return TypedResults.Created($"/api/admin/users/{made.Value.User.Id}", new ManagedAccount(made.Value.User, admin.Time.GetUtcNow()));
    }

    private static async Task<Results<Ok<ManagedAccount>, ProblemHttpResult>> UpdateAsync(
        string id, JsonBody<UpdateUser> body, Caller caller, HttpContext http, UserAdministration admin, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } user) return RouteIds.BadUser.ToProblem(http);
        var asked = http.Guarded(body, command => command.Version);
        if (!asked.Succeeded) return asked.Error.ToProblem(http);
        var updated = await admin.Update.HandleAsync(user, asked.Value.Command, asked.Value.Expected, caller.Actor, ct);
        if (!updated.Succeeded) return updated.Error.ToProblem(http);
        http.SetETag(updated.Value.Version);
        return TypedResults.Ok(new ManagedAccount(updated.Value, admin.Time.GetUtcNow()));
    }

    private static async Task<Results<Ok<PatientRecord>, ProblemHttpResult>> LinkAsync(
        string id, JsonBody<LinkPatient> body, Caller caller, HttpContext http, UserAdministration admin, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } user) return RouteIds.BadUser.ToProblem(http);
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        if (!PatientId.TryParse(body.Read.Value.PatientId, out var patient)) return Error.Invalid("patient_id", "is 24 hex digits.").ToProblem(http);
        var expected = http.Expected(body.Read.Value.Version);
        if (!expected.Succeeded) return expected.Error.ToProblem(http);
        var linked = await admin.Link.HandleAsync(user, patient, expected.Value, caller.Actor, ct);
        if (!linked.Succeeded) return linked.Error.ToProblem(http);
        http.SetETag(linked.Value.Version);
        return TypedResults.Ok(new PatientRecord(linked.Value));
    }
}

/// <summary>The operations on accounts, and what their requests need.</summary>
internal sealed record UserAdministration(
    ListUsersHandler List, CreateUserHandler Create, UpdateUserHandler Update, LinkPatientHandler Link, IdempotencyKeys Keys, Cursors Cursors, TimeProvider Time);

/// <summary>The parameters of the list of accounts, as sent.</summary>
internal sealed record UserQuery
{
    [FromQuery(Name = "role")]
    public string? Role { get; init; }

    [FromQuery(Name = "is_active")]
    public string? IsActive { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    public string? After { get; init; }

    public Result<UserFilter> Read(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "role", "is_active", "limit", "after");
        var filter = new UserFilter
        {
            Role = query.Named<Role>("role", Role),
            IsActive = IsActive is null ? null : query.Flag("is_active", IsActive),
            Limit = query.Whole("limit", Limit, 1, Page<User>.MaxLimit) ?? Page<User>.DefaultLimit,
        };
        return query.Error is { } faults ? faults : filter;
    }
}
