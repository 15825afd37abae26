using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

internal static class DoctorEndpoints
{
    private const string List = "doctors newest";

    public static void MapDoctors(this IEndpointRouteBuilder app)
    {
        var doctors = app.MapGroup("/api/doctors").WithTags("doctors");
        doctors.MapGet("/", ListAsync).ForAnyoneSignedIn().AuditsNothing("who works here is no patient data").WithName("list_doctors")
            .WithSummary("The doctors who are active, newest first").Refuses(400, 401, 503);
        doctors.MapGet("/{id}/patients", PatientsAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientsListed).WithName("list_patients_of_doctor")
            .WithSummary("One doctor's patients, newest first; a doctor asks for their own").Refuses(400, 401, 403, 503);
    }

    private static async Task<Results<Ok<ItemList<Doctor>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, Caller caller, HttpContext http, DoctorList doctors, CancellationToken ct)
    {
        var read = query.Read(http.Request.Query, List, caller.Actor, doctors.Cursors);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        if (read.Value.BeforeSeq > int.MaxValue) return Cursors.Invalid.ToProblem(http);
        var before = read.Value.BeforeSeq is { } last ? new UserId((int)last) : (UserId?)null;
        var page = await doctors.Handler.HandleAsync(before, read.Value.Limit, ct);
        return TypedResults.Ok(new ItemList<Doctor>(page.Items, page.Next is { } next ? doctors.Cursors.Seal(List, caller.Actor, next) : null));
    }

    private static async Task<Results<Ok<ItemList<ListedPatient>>, ProblemHttpResult>> PatientsAsync(
        string id, [AsParameters] PatientPageQuery query, Caller caller, HttpContext http, PatientLists lists, CancellationToken ct) =>
        RouteIds.User(id) is { } doctor
            ? await lists.AnswerAsync(query.Read(http.Request.Query, doctor), query.After, caller, http, ct)
            : RouteIds.BadUser.ToProblem(http);
}

/// <summary>The list of doctors and the cursors through it.</summary>
internal sealed record DoctorList(ListDoctorsHandler Handler, Cursors Cursors);
