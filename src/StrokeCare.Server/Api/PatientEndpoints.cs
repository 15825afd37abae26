using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Api;

internal static class PatientEndpoints
{
    public static void MapPatients(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/api/patients").WithTags("patients");
        patients.MapPost("/register", RegisterAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientCreated).WithName("register_patient")
            .WithSummary("Register a patient; a doctor becomes the assigned doctor").Refuses(400, 401, 403, 409, 413, 415, 422, 503);
        patients.MapPost("/self-register", SelfRegistrationEndpoint.RegisterAsync).Open().Audits(AuditAction.UserCreated, AuditAction.PatientCreated).WithName("self_register")
            .WithSummary("Make one's own account and record, both or neither").Refuses(400, 409, 413, 415, 422, 429, 503);
        patients.MapGet("/", PatientListEndpoint.ListAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientsListed).WithName("list_patients")
            .WithSummary("List patients, newest first; doctors see their own").Refuses(400, 401, 403, 503);
        patients.MapPost("/search", PatientSearchEndpoints.SearchAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientsSearched).WithName("search_patients")
            .WithSummary("Find patients by name, record number or date of birth, misspelled or only begun; the best first").Refuses(400, 401, 403, 413, 415, 503);
        patients.MapPost("/duplicates", PatientSearchEndpoints.DuplicatesAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientsSearched).WithName("find_duplicates")
            .WithSummary("Who somebody about to be registered may be already, with the reasons").Refuses(400, 401, 403, 413, 415, 503);
        patients.MapGet("/{id}", GetAsync).ForAnyoneSignedIn().Audits(AuditAction.PatientViewed).WithName("get_patient")
            .WithSummary("One record").Refuses(400, 401, 403, 404, 503);
        patients.MapPut("/{id}", UpdateAsync).For(Role.Admin, Role.Doctor).Audits(AuditAction.PatientUpdated).WithName("update_patient")
            .WithSummary("Replace the details of a record").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        patients.MapDelete("/{id}", ArchiveAsync).For(Role.Admin).Audits(AuditAction.PatientArchived).WithName("archive_patient")
            .WithSummary("Archive a record; nothing is deleted").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        patients.MapPost("/{id}/restore", RestoreAsync).For(Role.Admin).Audits(AuditAction.PatientRestored).WithName("restore_patient")
            .WithSummary("Bring an archived record back").Refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 503);
        patients.MapGet("/{id}/risk", RiskAsync).ForAnyoneSignedIn().Audits(AuditAction.RiskViewed).WithName("get_patient_risk")
            .WithSummary("Published scores first, the demonstration number second").Refuses(400, 401, 403, 404, 503);
        patients.MapGet("/{id}/access-log", PatientListEndpoint.AccessLogAsync).ForAnyoneSignedIn().Audits(AuditAction.AccessLogViewed)
            .WithName("get_patient_access_log").WithSummary("Who looked at or changed the record or its history, newest first").Refuses(400, 401, 403, 404, 503);
        patients.MapGet("/{id}/export", PatientExportEndpoint.ExportAsync).ForAnyoneSignedIn().Audits(AuditAction.DataExported).WithName("export_patient")
            .WithSummary("The whole record as a file: details, risk, all history, the newest of who looked").Refuses(400, 401, 403, 404, 503);
    }

    public static Error BadId { get; } = Error.Invalid("id", "is 24 hex digits.");

    private static async Task<Results<Created<PatientRecord>, ProblemHttpResult>> RegisterAsync(
        JsonBody<RegisterPatient> body, Caller caller, HttpContext http, PatientRegistration registration, CancellationToken ct)
    {
        var registered = await registration.Keys.CreateAsync(http, caller.Actor, body, (command, request) => registration.Handler.HandleAsync(command, caller.Actor, request, ct));
        if (!registered.Succeeded) return registered.Error.ToProblem(http);
        var patient = registered.Value.Patient;
        http.SetETag(patient.Version);
        return TypedResults.Created($"/api/patients/{patient.Id}", new PatientRecord(patient));
    }

    private static async Task<Results<Ok<PatientRecord>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, HttpContext http, GetPatientHandler handler, CancellationToken ct) =>
        PatientId.TryParse(id, out var patient) ? Answer(await handler.HandleAsync(patient, caller.Actor, ct), http) : BadId.ToProblem(http);

    private static async Task<Results<Ok<PatientRecord>, ProblemHttpResult>> UpdateAsync(
        string id, JsonBody<UpdatePatient> body, Caller caller, HttpContext http, UpdatePatientHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return BadId.ToProblem(http);
        var asked = http.Guarded(body, command => command.Version);
        return asked.Succeeded ? Answer(await handler.HandleAsync(patient, asked.Value.Command, asked.Value.Expected, caller.Actor, ct), http) : asked.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<PatientRecord>, ProblemHttpResult>> ArchiveAsync(
        string id, JsonBody<VersionSeen> body, Caller caller, HttpContext http, ArchivePatientHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return BadId.ToProblem(http);
        var asked = http.Guarded(body, seen => seen.Version);
        return asked.Succeeded ? Answer(await handler.HandleAsync(patient, asked.Value.Expected, caller.Actor, ct), http) : asked.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<PatientRecord>, ProblemHttpResult>> RestoreAsync(
        string id, JsonBody<VersionSeen> body, Caller caller, HttpContext http, RestorePatientHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return BadId.ToProblem(http);
        var asked = http.Guarded(body, seen => seen.Version);
        return asked.Succeeded ? Answer(await handler.HandleAsync(patient, asked.Value.Expected, caller.Actor, ct), http) : asked.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<RiskReport>, ProblemHttpResult>> RiskAsync(
        string id, Caller caller, HttpContext http, GetPatientRiskHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return BadId.ToProblem(http);
        var report = await handler.HandleAsync(patient, caller.Actor, ct);
        return report.Succeeded ? TypedResults.Ok(report.Value) : report.Error.ToProblem(http);
    }

    private static Results<Ok<PatientRecord>, ProblemHttpResult> Answer(Result<Patient> result, HttpContext http)
    {
        if (!result.Succeeded) return result.Error.ToProblem(http);
        http.SetETag(result.Value.Version);
        return TypedResults.Ok(new PatientRecord(result.Value));
    }
}

/// <summary>What registering over HTTP needs beside the request: the operation, and the keys that make it repeatable.</summary>
internal sealed record PatientRegistration(RegisterPatientHandler Handler, IdempotencyKeys Keys);
