using System.Globalization;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Tests.Changes;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Appointments;

/// <summary>Test data: <c>AnAppointment(doctor, patient).At("10:00", 45)</c>. No two share an id, nor doctor and patient unless told to.</summary>
public static class AppointmentBuilder
{
    /// <summary>When everything here is booked.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, 123, TimeSpan.Zero);

    /// <summary>A day without a change of the clock.</summary>
    public static readonly DateOnly Day = new(2026, 2, 10);

    private static readonly ClinicalIds Ids = new(TimeProvider.System);

    public static ClinicClock London { get; } = Clock("Europe/London");

    public static ClinicClock NewYork { get; } = Clock("America/New_York");

    public static ClinicClock Clock(string zone) => ClinicClock.TryOpen(zone, out var clock) ? clock : throw new ArgumentException(zone, nameof(zone));

    public static AppointmentId NewAppointmentId() => new(Ids.Next());

    public static UserId NewDoctor() => new(PatientBuilder.UniqueUser());

    public static WallTime Wall(string time, DateOnly? date = null) => new(date ?? Day, TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture));

    public static Booking ABooking(UserId? doctor = null, PatientId? patient = null) => new()
    {
        PatientId = patient ?? PatientBuilder.NewId(),
        DoctorId = doctor ?? NewDoctor(),
        When = Wall("10:00"),
        Reason = "Follow-up stroke risk assessment",
        Notes = "Review latest blood pressure readings",
        By = new(2),
    };

    public static Appointment Booked(this Booking booking, ClinicClock? clock = null) => Succeeded(Appointment.Book(NewAppointmentId(), booking, clock ?? London, Now));

    public static Appointment AnAppointment(UserId? doctor = null, PatientId? patient = null, string time = "10:00", int minutes = 30) =>
        (ABooking(doctor, patient) with { When = Wall(time), DurationMinutes = minutes }).Booked();

    /// <summary>Every field set, texts as long as they may be and from several scripts.</summary>
    public static Appointment WithEverything() => Succeeded((ABooking() with
    {
        When = new(new(2026, 10, 25), new(1, 30)) { UtcOffset = TimeSpan.Zero },
        DurationMinutes = AppointmentRules.LongestMinutes,
        Reason = string.Concat(Enumerable.Repeat("😀", AppointmentRules.ReasonMaxLength / 2)),
        Notes = "é\u0301 漢字 ﷽ $where {\"a\": 1}\r\n\tمرحبا".PadRight(AppointmentRules.NotesMaxLength, 'Ж'),
        Urgency = Urgency.Emergency,
    }).Booked().Overriding([AnAppointment().AsBusy(), AnAppointment().AsBusy()], "O'Brien \"$ne\" \\ {'a': 1}"));

    public static Appointment Moved(this Appointment appointment, string time, int? minutes = null) =>
        Succeeded(appointment.Reschedule(Wall(time), minutes ?? appointment.DurationMinutes, London, Now));

    public static Appointment Cancelled(this Appointment appointment) => Succeeded(appointment.Cancel("No longer needed", Now));

    public static Appointment Becomes(this Appointment appointment, AppointmentStatus status) => Succeeded(appointment.ChangeStatus(status, "Because", Now));

    /// <summary>Shares its time with these.</summary>
    public static Appointment Over(this Appointment appointment, params Appointment[] others) =>
        Succeeded((appointment with { Urgency = Urgency.Emergency }).Overriding([.. others.Select(AsBusy)], "There is no other way"));

    public static BusyTime AsBusy(this Appointment appointment) => new(appointment.Id, appointment.DoctorId, appointment.PatientId, appointment.StartsAt, appointment.EndsAt);

    /// <summary>What the log will say about this version.</summary>
    public static Change AsChange(this Appointment appointment) => ChangesUnderTest.AChange(
        EntityType.Appointment, appointment.Id.ToString(), appointment.Version, appointment.Version == 1 ? AuditAction.AppointmentCreated : AuditAction.AppointmentRescheduled);

    /// <summary>All of an appointment as text, so that two are equal exactly when their texts are.</summary>
    public static string AsText(this Appointment appointment) => JsonSerializer.Serialize(appointment);

    public static Appointment Succeeded(Result<Appointment> result) => result.Succeeded
        ? result.Value
        : throw new ArgumentException($"{result.Error.Code} {string.Join("; ", result.Error.Fields.Select(f => $"{f.Key} {f.Value[0]}"))}", nameof(result));
}
