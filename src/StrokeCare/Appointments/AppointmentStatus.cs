using System.Text.Json.Serialization;

namespace StrokeCare.Appointments;

/// <summary>Scheduled and arrived are active: only then is the time taken. The rest is final.</summary>
public enum AppointmentStatus
{
    [JsonStringEnumMemberName("scheduled")]
    Scheduled,
    [JsonStringEnumMemberName("arrived")]
    Arrived,
    [JsonStringEnumMemberName("completed")]
    Completed,
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
    [JsonStringEnumMemberName("no_show")]
    NoShow,
}

public enum Urgency
{
    [JsonStringEnumMemberName("routine")]
    Routine,
    [JsonStringEnumMemberName("urgent")]
    Urgent,
    [JsonStringEnumMemberName("emergency")]
    Emergency,
}

public static class AppointmentStatuses
{
    public static bool IsActive(this AppointmentStatus status) => status switch
    {
        AppointmentStatus.Scheduled or AppointmentStatus.Arrived => true,
        AppointmentStatus.Completed or AppointmentStatus.Cancelled or AppointmentStatus.NoShow => false,
    };

    /// <summary>Whether an appointment may go from one status to the other.</summary>
    public static bool MayBecome(this AppointmentStatus status, AppointmentStatus next) => status switch
    {
        AppointmentStatus.Scheduled => next is not AppointmentStatus.Scheduled,
        AppointmentStatus.Arrived => next is AppointmentStatus.Completed or AppointmentStatus.Cancelled,
        AppointmentStatus.Completed or AppointmentStatus.Cancelled or AppointmentStatus.NoShow => false,
    };
}
