using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Adoption;

/// <summary>Whom the patient of an older system's entry or appointment is: by id, or by the account of the person.</summary>
internal sealed class KnownPatients
{
    private readonly HashSet<ObjectId> ids = [];
    private readonly Dictionary<int, ObjectId> byUser = [];

    /// <summary>False: another record is linked to that account already.</summary>
    public bool Add(ObjectId id, UserId? user)
    {
        if (user is { } account && !byUser.TryAdd(account.Value, id) && byUser[account.Value] != id) return false;
        ids.Add(id);
        return true;
    }

    public PatientId? Find(Legacy legacy, string field)
    {
        var value = legacy.Value(field);
        if (value.IsBsonNull) return null;
        var named = Legacy.IdOf(PatientCollection.Name, value is BsonString text ? text.Value.Trim() : value);
        if (!ids.Contains(named) && !(new BsonDocument(field, value).User(field) is { } user && byUser.TryGetValue(user.Value, out named))) return null;
        var patient = new PatientId(named.ClinicalId());
        if (value.ToString() != patient.ToString()) legacy.Keep(field, value, "resolved");
        return patient;
    }
}

/// <summary>An entry of a history of an older system.</summary>
internal static class LegacyHistory
{
    public static HistoryEntry? Read(Legacy legacy, KnownPatients patients, DateTimeOffset now)
    {
        if (patients.Find(legacy, HistoryFields.PatientId) is not { } patient)
        {
            legacy.Fault = "patient_id.unknown";
            return null;
        }

        var id = legacy.Id.ClinicalId();
        var createdAt = legacy.Time(HistoryFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(legacy.HasOwnId ? id.Seconds : now.ToUnixTimeSeconds());
        if (legacy.Value(HistoryFields.RecordDate).IsBsonNull) legacy.Find("record_date.missing");
        if (legacy.Value(HistoryFields.Diagnosis).IsBsonNull) legacy.Find("diagnosis.missing");
        return new()
        {
            Id = new(id),
            PatientId = patient,
            Version = 1,
            Text = new()
            {
                RecordDate = legacy.Time(HistoryFields.RecordDate) ?? createdAt,
                Diagnosis = legacy.Text(HistoryFields.Diagnosis, HistoryRules.DiagnosisMaxLength) ?? "",
                Treatment = legacy.Text(HistoryFields.Treatment, HistoryRules.TreatmentMaxLength),
                Notes = legacy.Text(HistoryFields.Notes, HistoryRules.NotesMaxLength),
            },
            RecordedBy = legacy.User(HistoryFields.RecordedBy),
            RecordedByName = legacy.Text(HistoryFields.RecordedByName, HistoryRules.AuthorMaxLength),
            CreatedAt = createdAt,
            EnteredInError = legacy.Flag(HistoryFields.EnteredInError) ?? false,
        };
    }
}

/// <summary>An appointment of an older system, told by the clinic's clock.</summary>
internal static class LegacyAppointment
{
    public static Appointment? Read(Legacy legacy, KnownPatients patients, ClinicClock clock, DateTimeOffset now)
    {
        var id = legacy.Id.ClinicalId();
        var patient = patients.Find(legacy, AppointmentFields.PatientId);
        var doctor = legacy.User(AppointmentFields.DoctorId);
        var (date, time) = (legacy.Read(AppointmentFields.Date, LegacyWords.Day), legacy.Read(AppointmentFields.Time, LegacyWords.Clock));
        var status = legacy.Value(AppointmentFields.Status).IsBsonNull ? AppointmentStatus.Scheduled : legacy.Word<AppointmentStatus>(AppointmentFields.Status);
        var start = date is { } day && time is { } hour ? clock.MomentOf(new(day, new(hour.Hour, hour.Minute))) : (Result<DateTimeOffset>?)null;
        legacy.Fault = (patient, doctor, date, time, status, start) switch
        {
            (null, _, _, _, _, _) => "patient_id.unknown",
            (_, null, _, _, _, _) => "doctor_id.unknown",
            (_, _, null, _, _, _) => "appointment_date.unreadable",
            (_, _, _, null, _, _) => "appointment_time.unreadable",
            (_, _, _, _, null, _) => "status.unreadable",
            (_, _, _, _, _, { Succeeded: false }) => "appointment_time.no_such_time",
            _ => null,
        };
        if (legacy.Fault is not null) return null;
        if (time!.Value.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture) != legacy.Value(AppointmentFields.Time).ToString()) legacy.Keep(AppointmentFields.Time, legacy.Value(AppointmentFields.Time), "spelling");
        if (!TimeCells.IsOnGrid(start!.Value.Value)) legacy.Find("appointment_time.off_grid");
        var createdAt = legacy.Time(AppointmentFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(legacy.HasOwnId ? id.Seconds : now.ToUnixTimeSeconds());
        return new()
        {
            Id = new(id),
            Version = 1,
            PatientId = patient!.Value,
            DoctorId = doctor!.Value,
            Date = date!.Value,
            Time = new(time.Value.Hour, time.Value.Minute),
            TimeZone = clock.TimeZone,
            StartsAt = start.Value.Value,
            DurationMinutes = Minutes(legacy),
            Reason = legacy.Text(AppointmentFields.Reason, AppointmentRules.ReasonMaxLength) ?? "",
            Urgency = legacy.Word<Urgency>(AppointmentFields.Urgency) ?? Urgency.Routine,
            Status = status!.Value,
            Notes = legacy.Text(AppointmentFields.Notes, AppointmentRules.NotesMaxLength),
            CancelReason = legacy.Text(AppointmentFields.CancelReason, AppointmentRules.ReasonMaxLength),
            CreatedBy = legacy.User(AppointmentFields.CreatedBy),
            CreatedAt = createdAt,
            UpdatedAt = legacy.Time(AppointmentFields.UpdatedAt) ?? createdAt,
        };
    }

    // In steps, as time is taken in cells: what does not fit takes the whole of its last one.
    private static int Minutes(Legacy legacy)
    {
        if (legacy.Number(AppointmentFields.DurationMinutes) is not { } told) return AppointmentRules.UsualMinutes;
        var minutes = (int)Math.Clamp(Math.Ceiling(told / AppointmentRules.Step) * AppointmentRules.Step, AppointmentRules.ShortestMinutes, AppointmentRules.LongestMinutes);
        if (minutes != told) legacy.Keep(AppointmentFields.DurationMinutes, legacy.Value(AppointmentFields.DurationMinutes), "rounded");
        return minutes;
    }
}
