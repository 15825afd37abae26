using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

/// <summary>When doctors work and what they offer.</summary>
internal static class WorkingHoursEndpoints
{
    public static void MapWorkingHours(this IEndpointRouteBuilder app)
    {
        var doctor = app.MapGroup("/api/doctors/{id}").WithTags("doctors");
        doctor.MapGet("/slots", SlotsAsync).ForAnyoneSignedIn().AuditsNothing("free times are no patient data").WithName("list_slots")
            .WithSummary("What a doctor offers on one day").Refuses(400, 401, 404, 503);
        doctor.MapGet("/working-hours", HoursAsync).ForAnyoneSignedIn().AuditsNothing("when somebody works is no patient data").WithName("get_working_hours")
            .WithSummary("When a doctor works, on the clinic's wall clock").Refuses(400, 401, 404, 503);
        doctor.MapPut("/working-hours", SetHoursAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.WorkingHoursChanged).WithName("set_working_hours")
            .WithSummary("Replace the hours of the week; a doctor does their own").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        doctor.MapGet("/days-off", DaysOffAsync).ForAnyoneSignedIn().AuditsNothing("when somebody is away is no patient data").WithName("get_days_off")
            .WithSummary("The days on which a doctor is away").Refuses(400, 401, 404, 503);
        doctor.MapPut("/days-off", SetDaysOffAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.WorkingHoursChanged).WithName("set_days_off")
            .WithSummary("Replace the days off; a doctor does their own").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
    }

    private static async Task<Results<Ok<ItemList<OfferedSlot>>, ProblemHttpResult>> SlotsAsync(
        string id, [AsParameters] SlotQuery query, HttpContext http, GetSlotsHandler handler, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } doctor) return RouteIds.BadUser.ToProblem(http);
        var read = query.Read(http.Request.Query);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var day = await handler.HandleAsync(doctor, read.Value.Date, read.Value.Minutes, ct);
        return day.Succeeded
            ? TypedResults.Ok(new ItemList<OfferedSlot>([.. day.Value.Slots.Select(slot => new OfferedSlot(slot))], null))
            : day.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<HoursRecord>, ProblemHttpResult>> HoursAsync(
        string id, Caller caller, HttpContext http, WorkingHoursDesk desk, CancellationToken ct) =>
        RouteIds.User(id) is { } doctor ? desk.Answer(await desk.Get.HandleAsync(doctor, caller.Actor, ct), http) : RouteIds.BadUser.ToProblem(http);

    private static async Task<Results<Ok<DaysOffRecord>, ProblemHttpResult>> DaysOffAsync(
        string id, Caller caller, HttpContext http, WorkingHoursDesk desk, CancellationToken ct) =>
        RouteIds.User(id) is { } doctor ? WorkingHoursDesk.AnswerDaysOff(await desk.Get.HandleAsync(doctor, caller.Actor, ct), http) : RouteIds.BadUser.ToProblem(http);

    private static async Task<Results<Ok<HoursRecord>, ProblemHttpResult>> SetHoursAsync(
        string id, JsonBody<SetWorkingHours> body, Caller caller, HttpContext http, WorkingHoursDesk desk, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } doctor) return RouteIds.BadUser.ToProblem(http);
        var asked = http.Guarded(body, command => command.Version);
        if (!asked.Succeeded) return asked.Error.ToProblem(http);
        return desk.Answer(await desk.SetHours.HandleAsync(doctor, asked.Value.Command, asked.Value.Expected, caller.Actor, ct), http);
    }

    private static async Task<Results<Ok<DaysOffRecord>, ProblemHttpResult>> SetDaysOffAsync(
        string id, JsonBody<SetDaysOff> body, Caller caller, HttpContext http, WorkingHoursDesk desk, CancellationToken ct)
    {
        if (RouteIds.User(id) is not { } doctor) return RouteIds.BadUser.ToProblem(http);
        var asked = http.Guarded(body, command => command.Version);
        if (!asked.Succeeded) return asked.Error.ToProblem(http);
        return WorkingHoursDesk.AnswerDaysOff(await desk.SetDaysOff.HandleAsync(doctor, asked.Value.Command, asked.Value.Expected, caller.Actor, ct), http);
    }
}

/// <summary>The operations on working hours, and how their outcome is answered.</summary>
internal sealed record WorkingHoursDesk(GetWorkingHoursHandler Get, SetWorkingHoursHandler SetHours, SetDaysOffHandler SetDaysOff, ClinicClock Clock)
{
    public Results<Ok<HoursRecord>, ProblemHttpResult> Answer(Result<WorkingHours> hours, HttpContext http)
    {
        if (!hours.Succeeded) return hours.Error.ToProblem(http);
        http.SetETag(hours.Value.Version);
        return TypedResults.Ok(new HoursRecord(hours.Value, Clock.TimeZone));
    }

    public static Results<Ok<DaysOffRecord>, ProblemHttpResult> AnswerDaysOff(Result<WorkingHours> hours, HttpContext http)
    {
        if (!hours.Succeeded) return hours.Error.ToProblem(http);
        http.SetETag(hours.Value.Version);
        return TypedResults.Ok(new DaysOffRecord(hours.Value));
    }
}

/// <summary>The parameters of the slots of one day, as sent.</summary>
internal sealed record SlotQuery
{
    [FromQuery(Name = "date")]
    public string? Date { get; init; }

    [FromQuery(Name = "duration_minutes")]
    public string? DurationMinutes { get; init; }

    public Result<(DateOnly Date, int Minutes)> Read(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "date", "duration_minutes");
        var date = query.Date("date", Date);
        if (Date is null) query.Fault("date", "is required.");
        var minutes = query.Whole("duration_minutes", DurationMinutes, AppointmentRules.ShortestMinutes, AppointmentRules.LongestMinutes) ?? AppointmentRules.UsualMinutes;
        return query.Error is { } faults ? faults : (date!.Value, minutes);
    }
}
