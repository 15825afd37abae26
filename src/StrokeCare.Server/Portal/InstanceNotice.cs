using StrokeCare.Demo;
using StrokeCare.Server.Commands;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Portal;

/// <summary>What every page has to say about this installation.</summary>
public sealed record InstanceNotice(bool IsDemonstration)
{
    public static IReadOnlyList<(string Username, string Text)> DemoSignIns { get; } =
    [
        (DemoPeople.PatientName, "Be a patient"),
        (DemoPeople.DoctorName, "Be a doctor"),
        (DemoPeople.AdminName, "Be an administrator"),
    ];

    internal static InstanceNotice Of(InstanceOptions instance) => new(DemoCommand.IsDemonstration(instance));
}
