using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>The parameters of the list of appointments, as sent.</summary>
internal sealed record AppointmentQuery
{
    [FromQuery(Name = "doctor_id")]
    public string? DoctorId { get; init; }

    [FromQuery(Name = "patient_id")]
    public string? PatientId { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "from")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    public string? To { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>What a cursor is bound to: the list and its filter, not the size of its pages.</summary>
    public static string ListOf(AppointmentFilter filter) => string.Create(
        CultureInfo.InvariantCulture, $"appointments {filter.DoctorId} {filter.PatientId} {filter.Status} {filter.From:O} {filter.To:O}");

    public Result<AppointmentFilter> Read(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "doctor_id", "patient_id", "status", "from", "to", "limit", "after");
        var patient = default(PatientId);
        if (PatientId is not null && !Patients.PatientId.TryParse(PatientId, out patient)) query.Fault("patient_id", "is 24 hex digits.");
        var filter = new AppointmentFilter
        {
            DoctorId = query.Whole("doctor_id", DoctorId, 1, int.MaxValue) is { } doctor ? new UserId(doctor) : null,
            PatientId = PatientId is null ? null : patient,
            Status = query.Named<AppointmentStatus>("status", Status),
            From = query.Time("from", From),
            To = query.Time("to", To),
            Limit = query.Whole("limit", Limit, 1, Page<Appointment>.MaxLimit) ?? Page<Appointment>.DefaultLimit,
        };
        return query.Error is { } faults ? faults : filter;
    }
}
