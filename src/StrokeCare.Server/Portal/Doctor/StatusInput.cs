using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

public sealed class StatusInput
{
    /// <summary>What the pressed button says: appointment, version that was seen, and new status.</summary>
    public string? Change { get; set; }

    internal static string Of(Appointment appointment, AppointmentStatus to) => string.Create(CultureInfo.InvariantCulture, $"{appointment.Id}.{appointment.Version}.{to}");

    internal static (AppointmentId Id, long Version, AppointmentStatus To)? Read(string? change) =>
        change?.Split('.') is [var id, var version, var to]
        && AppointmentId.TryParse(id, out var appointment)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
        && Enum.TryParse<AppointmentStatus>(to, out var status) && Enum.IsDefined(status)
            ? (appointment, seen, status)
            : null;
}

internal static class StatusSteps
{
    /// <summary>Takes the step of a pressed button of <see cref="StatusButtons"/>; answers which it was.</summary>
    public static async Task<Result<AppointmentStatus>> PressedAsync(this ChangeAppointmentStatusHandler handler, string? change, Actor actor, CancellationToken ct)
    {
        if (StatusInput.Read(change) is not { } wanted) return AppointmentErrors.NotFound;
        var changed = await handler.HandleAsync(wanted.Id, new() { Status = wanted.To }, new(null, wanted.Version), actor, ct);
        return changed.Succeeded ? wanted.To : changed.Error;
    }
}
