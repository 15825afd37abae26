using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;

namespace StrokeCare.Server.Api;

internal static class AppointmentEndpoints
{
    public static void MapAppointments(this IEndpointRouteBuilder app)
    {
        var appointments = app.MapGroup("/api/appointments").WithTags("appointments");
        appointments.MapPost("/book", BookAsync).ForAnyoneSignedIn()
            .Audits(AuditAction.AppointmentCreated, AuditAction.AppointmentOverridden, AuditAction.AppointmentCreationFailed).WithName("book_appointment")
            .WithSummary("Book an appointment; when the time is taken, the nearest free ones are named").Refuses(400, 401, 403, 404, 409, 413, 415, 422, 503);
        appointments.MapGet("/", ListAsync).ForAnyoneSignedIn().Audits(AuditAction.AppointmentsListed).WithName("list_appointments")
            .WithSummary("Appointments in the order of their beginning; patients and doctors see their own").Refuses(400, 401, 403, 503);
        appointments.MapGet("/{id}", GetAsync).ForAnyoneSignedIn().Audits(AuditAction.AppointmentViewed).WithName("get_appointment")
            .WithSummary("One appointment").Refuses(400, 401, 403, 404, 503);
        appointments.MapPut("/{id}/reschedule", RescheduleAsync).ForAnyoneSignedIn()
            .Audits(AuditAction.AppointmentRescheduled, AuditAction.AppointmentOverridden).WithName("reschedule_appointment")
            .WithSummary("Move an appointment to another time").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        appointments.MapPut("/{id}/cancel", CancelAsync).ForAnyoneSignedIn().Audits(AuditAction.AppointmentCancelled).WithName("cancel_appointment")
            .WithSummary("Cancel an appointment").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        appointments.MapPut("/{id}/status", ChangeStatusAsync).For(Role.Admin, Role.Doctor)
            .Audits(AuditAction.AppointmentStatusChanged, AuditAction.AppointmentCancelled).WithName("change_appointment_status")
            .WithSummary("Say what has become of an appointment").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
    }

    private static async Task<Results<Created<AppointmentRecord>, ProblemHttpResult>> BookAsync(
        JsonBody<BookAppointment> body, Caller caller, HttpContext http, AppointmentDesk desk, CancellationToken ct)
    {
        var booked = await desk.Keys.CreateAsync(http, caller.Actor, body, (command, request) => desk.Book.HandleAsync(command, caller.Actor, request, ct));
        if (!booked.Succeeded) return booked.Error.ToProblem(http);
        var appointment = booked.Value.Appointment;
        http.SetETag(appointment.Version);
        return TypedResults.Created($"/api/appointments/{appointment.Id}", new AppointmentRecord(appointment, caller.Actor));
    }

    private static async Task<Results<Ok<ItemList<AppointmentRecord>>, ProblemHttpResult>> ListAsync(
        [AsParameters] AppointmentQuery query, Caller caller, HttpContext http, AppointmentDesk desk, CancellationToken ct)
    {
        var read = query.Read(http.Request.Query);
        if (!read.Succeeded) return read.Error.ToProblem(http);
        var (filter, list) = (read.Value, AppointmentQuery.ListOf(read.Value));
        if (query.After is { } after)
        {
            if (!AppointmentKey.TryParse(desk.Cursors.Open(list, caller.Actor, after), out var behind)) return Cursors.Invalid.ToProblem(http);
            filter = filter with { Behind = behind };
        }

        var page = await desk.List.HandleAsync(filter, caller.Actor, ct);
        if (!page.Succeeded) return page.Error.ToProblem(http);
        return TypedResults.Ok(new ItemList<AppointmentRecord>(
            [.. page.Value.Items.Select(one => new AppointmentRecord(one, caller.Actor))],
            page.Value.Next is { } next ? desk.Cursors.Seal(list, caller.Actor, next) : null));
    }

    private static async Task<Results<Ok<AppointmentRecord>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, HttpContext http, GetAppointmentHandler handler, CancellationToken ct) =>
        AppointmentId.TryParse(id, out var appointment)
            ? Answer(await handler.HandleAsync(appointment, caller.Actor, ct), caller, http)
            : PatientEndpoints.BadId.ToProblem(http);

    private static Task<Results<Ok<AppointmentRecord>, ProblemHttpResult>> RescheduleAsync(
        string id, JsonBody<RescheduleAppointment> body, Caller caller, HttpContext http, RescheduleAppointmentHandler handler, CancellationToken ct) =>
        ChangeAsync(id, http.Guarded(body, command => command.Version), caller, http, (which, asked) => handler.HandleAsync(which, asked.Command, asked.Expected, caller.Actor, ct));

    private static Task<Results<Ok<AppointmentRecord>, ProblemHttpResult>> CancelAsync(
        string id, JsonBody<CancelAppointment> body, Caller caller, HttpContext http, CancelAppointmentHandler handler, CancellationToken ct) =>
        ChangeAsync(id, http.Guarded(body, command => command.Version), caller, http, (which, asked) => handler.HandleAsync(which, asked.Command, asked.Expected, caller.Actor, ct));

    private static Task<Results<Ok<AppointmentRecord>, ProblemHttpResult>> ChangeStatusAsync(
        string id, JsonBody<ChangeAppointmentStatus> body, Caller caller, HttpContext http, ChangeAppointmentStatusHandler handler, CancellationToken ct) =>
        ChangeAsync(id, http.Guarded(body, command => command.Version), caller, http, (which, asked) => handler.HandleAsync(which, asked.Command, asked.Expected, caller.Actor, ct));

    private static async Task<Results<Ok<AppointmentRecord>, ProblemHttpResult>> ChangeAsync<T>(
        string id, Result<GuardedChange<T>> asked, Caller caller, HttpContext http, Func<AppointmentId, GuardedChange<T>, Task<Result<Appointment>>> change)
    {
        if (!AppointmentId.TryParse(id, out var appointment)) return PatientEndpoints.BadId.ToProblem(http);
        return asked.Succeeded ? Answer(await change(appointment, asked.Value), caller, http) : asked.Error.ToProblem(http);
    }

    private static Results<Ok<AppointmentRecord>, ProblemHttpResult> Answer(Result<Appointment> result, Caller caller, HttpContext http)
    {
        if (!result.Succeeded) return result.Error.ToProblem(http);
        http.SetETag(result.Value.Version);
        return TypedResults.Ok(new AppointmentRecord(result.Value, caller.Actor));
    }
}

/// <summary>What appointments over HTTP need beside the request: the operations, the keys that make booking repeatable, and the cursors.</summary>
internal sealed record AppointmentDesk(ListAppointmentsHandler List, BookAppointmentHandler Book, IdempotencyKeys Keys, Cursors Cursors);
