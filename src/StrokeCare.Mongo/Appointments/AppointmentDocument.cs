using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Appointments;

/// <summary>Field names in <c>appointments</c>: the seed's, and ours beside them.</summary>
internal static class AppointmentFields
{
    public const string Id = "_id";

    /// <summary>As text, 24 hex digits: the seed's documents have it so.</summary>
    public const string PatientId = "patient_id";

    public const string DoctorId = "doctor_id";
    public const string Date = "appointment_date";
    public const string Time = "appointment_time";
    public const string TimeZone = "time_zone";
    public const string StartsAt = "starts_at";
    public const string DurationMinutes = "duration_minutes";
    public const string Reason = "reason";
    public const string Urgency = "urgency";
    public const string Status = "status";
    public const string Notes = "notes";
    public const string CancelReason = "cancel_reason";
    public const string Overrides = "overrides";
    public const string OverrideReason = "override_reason";
    public const string CreatedBy = "created_by";
    public const string CreatedAt = "created_at";
    public const string UpdatedAt = "updated_at";

    /// <summary>What it owns of its doctor's time; absent when nothing.</summary>
    public const string Cells = "cells";

    /// <summary>What it owns of its patient's time: the same, unless it overrides others.</summary>
    public const string PatientCells = "patient_cells";

    /// <summary>It covers time that others own; absent when all is its own.</summary>
    public const string Shares = "shares_time";

    public const string Version = PendingFields.Version;
}

/// <summary>An appointment as a document. An update sets what it knows; what we do not know stays.</summary>
internal static class AppointmentDocument
{
    private const string TimeFormat = "HH:mm";

    public static BsonDocument New(Appointment appointment, OwnedTime owned, Change change, Write write)
    {
        var document = new BsonDocument
        {
            { AppointmentFields.Id, appointment.Id.Value.ObjectId() },
            { AppointmentFields.PatientId, appointment.PatientId.ToString() },
        }.AddKnown(All(appointment, owned));
        ChangeDocument.AddTo(document, change, write.Id, write.At);
        return document;
    }

    /// <summary>All of our fields but its patient; null means that the field is absent.</summary>
    public static IEnumerable<(string Name, BsonValue? Value)> All(Appointment appointment, OwnedTime owned) =>
    [
        .. State(appointment),
        (AppointmentFields.CreatedBy, BsonFields.Of(appointment.CreatedBy)),
        (AppointmentFields.CreatedAt, BsonFields.Of(appointment.CreatedAt)),
        .. owned.Fields(appointment),
    ];

    /// <summary>The update to this version; without <paramref name="owned"/> it keeps the time that it has.</summary>
    public static UpdateDefinition<BsonDocument> Next(Appointment next, OwnedTime? owned, Change change, Write write) =>
        Builders<BsonDocument>.Update.Combine(
        [
            .. State(next).Concat(owned?.Fields(next) ?? []).Select(BsonFields.Set),
            ChangeDocument.Push(change, write.Id, write.At),
        ]);

    /// <summary>The update that changes only what it owns; no version and no change of the appointment.</summary>
    public static UpdateDefinition<BsonDocument> Own(Appointment appointment, OwnedTime owned) =>
        Builders<BsonDocument>.Update.Combine(owned.Fields(appointment).Select(BsonFields.Set));

    public static Appointment Read(BsonDocument document)
    {
        var id = document[AppointmentFields.Id].AsObjectId.ClinicalId();
        var createdAt = document.Time(AppointmentFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(id.Seconds);
        return new Appointment
        {
            Id = new(id),
            Version = document.Whole(AppointmentFields.Version) ?? 0,
            PatientId = PatientId.TryParse(document.Text(AppointmentFields.PatientId), out var patient) ? patient : throw Unadopted(id, AppointmentFields.PatientId),
            DoctorId = document.User(AppointmentFields.DoctorId) ?? throw Unadopted(id, AppointmentFields.DoctorId),
            Date = document.Day(AppointmentFields.Date) ?? throw Unadopted(id, AppointmentFields.Date),
            Time = ReadTime(document) ?? throw Unadopted(id, AppointmentFields.Time),
            TimeZone = document.Text(AppointmentFields.TimeZone) ?? throw Unadopted(id, AppointmentFields.TimeZone),
            StartsAt = document.Time(AppointmentFields.StartsAt) ?? throw Unadopted(id, AppointmentFields.StartsAt),
            DurationMinutes = (int?)document.Whole(AppointmentFields.DurationMinutes) ?? AppointmentRules.UsualMinutes,
            Reason = document.Text(AppointmentFields.Reason) ?? "",
            Urgency = document.Enum<Urgency>(AppointmentFields.Urgency, Spelling.TryParse) ?? Urgency.Routine,
            Status = document.Enum<AppointmentStatus>(AppointmentFields.Status, Spelling.TryParse) ?? throw Unadopted(id, AppointmentFields.Status),
            Notes = document.Text(AppointmentFields.Notes),
            CancelReason = document.Text(AppointmentFields.CancelReason),
            Overrides = document.TryGetValue(AppointmentFields.Overrides, out var overrides) && overrides is BsonArray array
                ? [.. array.OfType<BsonObjectId>().Select(overridden => new AppointmentId(overridden.Value.ClinicalId()))]
                : [],
            OverrideReason = document.Text(AppointmentFields.OverrideReason),
            CreatedBy = document.User(AppointmentFields.CreatedBy),
            CreatedAt = createdAt,
            UpdatedAt = document.Time(AppointmentFields.UpdatedAt) ?? createdAt,
        };
    }

    private static IEnumerable<(string Name, BsonValue? Value)> State(Appointment appointment) =>
    [
        (AppointmentFields.DoctorId, (BsonInt32)appointment.DoctorId.Value),
        (AppointmentFields.Date, BsonFields.Of(appointment.Date)),
        (AppointmentFields.Time, appointment.Time.ToString(TimeFormat, CultureInfo.InvariantCulture)),
        (AppointmentFields.TimeZone, appointment.TimeZone),
        (AppointmentFields.StartsAt, BsonFields.Of(appointment.StartsAt)),
        (AppointmentFields.DurationMinutes, (BsonInt32)appointment.DurationMinutes),
        (AppointmentFields.Reason, appointment.Reason),
        (AppointmentFields.Urgency, Spelling.Of(appointment.Urgency)),
        (AppointmentFields.Status, Spelling.Of(appointment.Status)),
        (AppointmentFields.Notes, BsonFields.Of(appointment.Notes)),
        (AppointmentFields.CancelReason, BsonFields.Of(appointment.CancelReason)),
        (AppointmentFields.Overrides, appointment.Overrides.Count == 0 ? null : new BsonArray(appointment.Overrides.Select(id => id.Value.ObjectId()))),
        (AppointmentFields.OverrideReason, BsonFields.Of(appointment.OverrideReason)),
        (AppointmentFields.UpdatedAt, BsonFields.Of(appointment.UpdatedAt)),
        (AppointmentFields.Version, (BsonInt64)appointment.Version),
    ];

    private static TimeOnly? ReadTime(BsonDocument document) =>
        TimeOnly.TryParseExact(document.Text(AppointmentFields.Time), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    // What it means cannot be guessed: a zone, or whose patient number that is.
    private static InvalidDataException Unadopted(ClinicalId id, string field) =>
        new($"The appointment {id} has no readable {field}: it was written by an older system and is to be adopted first.");
}

/// <summary>Which call writes, and when.</summary>
internal readonly record struct Write(ObjectId Id, DateTimeOffset At);
