using System.Globalization;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

public sealed class StatusInput
{
    /// <summary>What the pressed button says: appointment, version that was seen, and new status.</summary>
    public string? Change { get; set; }

    internal static string Of(Appointment appointment, AppointmentStatus to) => string.Create(CultureInfo.InvariantCulture, $"{appointment.Id}.{appointment.Version}.{to}");

    internal (AppointmentId Id, long Version, AppointmentStatus To)? Read() => Read(Change);

    internal static (AppointmentId Id, long Version, AppointmentStatus To)? Read(string? change) =>
        change?.Split('.') is [var id, var version, var to]
        && AppointmentId.TryParse(id, out var appointment)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
        && Enum.TryParse<AppointmentStatus>(to, out var status) && Enum.IsDefined(status)
            ? (appointment, seen, status)
            : null;
}
