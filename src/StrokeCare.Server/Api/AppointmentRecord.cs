using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>An appointment as the API answers it. Whose time it shares, and why, is the clinic's business: patients are not told.</summary>
internal sealed record AppointmentRecord(Appointment Appointment, Actor Reader)
{
    [JsonIgnore]
    public Appointment Appointment { get; } = Appointment;

    [JsonIgnore]
    public Actor Reader { get; } = Reader;

    public AppointmentId Id => Appointment.Id;

    public long Version => Appointment.Version;

    public PatientId PatientId => Appointment.PatientId;

    public UserId DoctorId => Appointment.DoctorId;

    public DateOnly AppointmentDate => Appointment.Date;

    public TimeOnly AppointmentTime => Appointment.Time;

    public string TimeZone => Appointment.TimeZone;

    public DateTimeOffset StartsAt => Appointment.StartsAt;

    public int DurationMinutes => Appointment.DurationMinutes;

    public string Reason => Appointment.Reason;

    public Urgency Urgency => Appointment.Urgency;

    public AppointmentStatus Status => Appointment.Status;

    public string? Notes => Appointment.Notes;

    public string? CancelReason => Appointment.CancelReason;

    public IReadOnlyList<AppointmentId> Overrides => Reader.Role == Role.Patient ? [] : Appointment.Overrides;

    public string? OverrideReason => Reader.Role == Role.Patient ? null : Appointment.OverrideReason;

    public UserId? CreatedBy => Appointment.CreatedBy;

    public DateTimeOffset CreatedAt => Appointment.CreatedAt;

    public DateTimeOffset UpdatedAt => Appointment.UpdatedAt;
}

/// <summary>A free time, in the words in which it is booked.</summary>
internal sealed record OfferedSlot(Slot Slot)
{
    [JsonIgnore]
    public Slot Slot { get; } = Slot;

    public DateOnly AppointmentDate => Slot.Wall.Date;

    public TimeOnly AppointmentTime => Slot.Wall.Time;

    /// <summary>Only where the clock shows this time twice.</summary>
    public string? UtcOffset => Slot.Wall.UtcOffset is { } offset ? WallTime.Spell(offset) : null;

    public DateTimeOffset StartsAt => Slot.StartsAt;

    public int DurationMinutes => Slot.DurationMinutes;
}
