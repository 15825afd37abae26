using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>The canonical spellings of the enums that JSON spells out.</summary>
internal static class Spelled
{
    /// <summary>Null when <paramref name="type"/> is not one of them.</summary>
    public static IEnumerable<string>? Values(Type type) => type switch
    {
        _ when type == typeof(Gender) => Spelling.All<Gender>(),
        _ when type == typeof(WorkType) => Spelling.All<WorkType>(),
        _ when type == typeof(ResidenceType) => Spelling.All<ResidenceType>(),
        _ when type == typeof(SmokingStatus) => Spelling.All<SmokingStatus>(),
        _ when type == typeof(AppointmentStatus) => Spelling.All<AppointmentStatus>(),
        _ when type == typeof(Urgency) => Spelling.All<Urgency>(),
        _ when type == typeof(Role) => Enum.GetValues<Role>().Select(role => role.Wire()),
        _ => null,
    };
}
