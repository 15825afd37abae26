using StrokeCare.Accounts;

namespace StrokeCare.Server.Portal;

internal sealed record PageLink(string Path, string Text, string Icon);

/// <summary>The navigation of each role. A page of staff that is added gets its line here.</summary>
internal static class PageLinks
{
    /// <summary>Stands in the top corner where there is room, else in the menu.</summary>
    public static PageLink Account { get; } = new("/account", "My account", "person");

    private static readonly PageLink[] Patient =
    [
        new("/my", "Start", "home"),
        new("/my/record", "My record", "record"),
        new("/my/risk", "My stroke risk", "risk"),
        new("/my/history", "My history", "history"),
        new("/my/appointments", "Appointments", "calendar"),
        new("/my/access-log", "Who looked", "eye"),
        new("/my/data", "My data", "download"),
    ];

    private static readonly PageLink[] Doctor = [new("/work", "Today", "home"), new("/calendar", "Calendar", "calendar"), new("/patients", "Patients", "person")];

    private static readonly PageLink[] Admin =
    [
        new("/admin", "Overview", "home"),
        new("/calendar", "Calendar", "calendar"),
        new("/admin/users", "Accounts", "person"),
        new("/patients/new", "Register a patient", "record"),
        new("/admin/import", "Import", "upload"),
        new("/admin/log", "Security log", "eye"),
    ];

    public static IReadOnlyList<PageLink> For(Role role) => role switch { Role.Patient => Patient, Role.Doctor => Doctor, Role.Admin => Admin };

    /// <summary>Where somebody begins who has signed in.</summary>
    public static string HomeOf(Role role) => For(role)[0].Path;
}
