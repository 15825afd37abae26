using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Server.Api;

/// <summary>A whole record as one file. What can be long is written while it is read.</summary>
internal sealed record PatientExportFile(
    PatientRecord Patient, RiskReport Risk, IAsyncEnumerable<HistoryRecord> History, IAsyncEnumerable<AppointmentRecord> Appointments, IReadOnlyList<AccessLogEntry> AccessLog);

internal static class PatientExportEndpoint
{
    public static async Task<Results<Ok<PatientExportFile>, ProblemHttpResult>> ExportAsync(
        string id, Caller caller, HttpContext http, ExportPatientHandler handler, CancellationToken ct)
    {
        if (!PatientId.TryParse(id, out var patient)) return PatientEndpoints.BadId.ToProblem(http);
        var exported = await handler.HandleAsync(patient, caller.Actor, ct);
        if (!exported.Succeeded) return exported.Error.ToProblem(http);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"patient-{patient}.json\"";
        var export = exported.Value;
        return TypedResults.Ok(new PatientExportFile(
            new(export.Patient), export.Risk, export.History.Select(entry => new HistoryRecord(entry)),
            export.Appointments.Select(appointment => new AppointmentRecord(appointment, caller.Actor)), [.. export.AccessLog.Select(row => new AccessLogEntry(row))]));
    }
}
