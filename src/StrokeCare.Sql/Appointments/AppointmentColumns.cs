using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.Appointments;

/// <summary>An appointment as columns, in one order for writing and reading.</summary>
internal static class AppointmentColumns
{
    private const string TimeFormat = "HH:mm";

    public static readonly (string Name, SqlType Type)[] All =
    [
        ("id", SqlType.Text), ("patient_id", SqlType.Text), ("doctor_id", SqlType.Int), ("version", SqlType.Long),
        ("appointment_date", SqlType.Date), ("appointment_time", SqlType.Text), ("time_zone", SqlType.Text), ("starts_at", SqlType.Long),
        ("duration_minutes", SqlType.Int), ("reason", SqlType.Text), ("urgency", SqlType.Text), ("status", SqlType.Text), ("notes", SqlType.Text),
        ("cancel_reason", SqlType.Text), ("overrides", SqlType.Text), ("override_reason", SqlType.Text), ("created_by", SqlType.Int),
        ("created_at", SqlType.Long), ("updated_at", SqlType.Long),
    ];

    public static readonly string Names = string.Join(", ", All.Select(c => c.Name));

    public static object?[] Values(Appointment appointment) =>
    [
        appointment.Id.ToString(), appointment.PatientId.ToString(), appointment.DoctorId.Value, appointment.Version,
        appointment.Date, appointment.Time.ToString(TimeFormat, CultureInfo.InvariantCulture), appointment.TimeZone, appointment.StartsAt.ToUnixTimeMilliseconds(),
        appointment.DurationMinutes, appointment.Reason, Spelling.Of(appointment.Urgency), Spelling.Of(appointment.Status), appointment.Notes,
        appointment.CancelReason,
        appointment.Overrides.Count == 0 ? null : JsonSerializer.Serialize([.. appointment.Overrides.Select(id => id.ToString())], SqlJson.Default.StringArray),
        appointment.OverrideReason, appointment.CreatedBy?.Value, appointment.CreatedAt.ToUnixTimeMilliseconds(), appointment.UpdatedAt.ToUnixTimeMilliseconds(),
    ];

    public static Appointment Read(DbDataReader row) => new()
    {
        Id = Id(row, 0),
        PatientId = new(ClinicalId.Parse(row.GetString(1))),
        DoctorId = new(row.GetInt32(2)),
        Version = row.GetInt64(3),
        Date = row.GetFieldValue<DateOnly>(4),
        Time = TimeOnly.ParseExact(row.GetString(5), TimeFormat, CultureInfo.InvariantCulture),
        TimeZone = row.GetString(6),
        StartsAt = row.Milliseconds(7),
        DurationMinutes = row.GetInt32(8),
        Reason = row.GetString(9),
        Urgency = Required<Urgency>(row.GetString(10)),
        Status = Required<AppointmentStatus>(row.GetString(11)),
        Notes = row.Text(12),
        CancelReason = row.Text(13),
        Overrides = row.Text(14) is { } overrides ? [.. JsonSerializer.Deserialize(overrides, SqlJson.Default.StringArray)!.Select(id => new AppointmentId(ClinicalId.Parse(id)))] : [],
        OverrideReason = row.Text(15),
        CreatedBy = PatientColumns.User(row, 16),
        CreatedAt = row.Milliseconds(17),
        UpdatedAt = row.Milliseconds(18),
    };

    public static AppointmentId Id(DbDataReader row, int i) => new(ClinicalId.Parse(row.GetString(i)));

    private static T Required<T>(string text)
        where T : struct, Enum => Spelling.TryParse<T>(text, out var value) ? value : throw new InvalidDataException($"A stored {typeof(T).Name} is none of its values.");
}
