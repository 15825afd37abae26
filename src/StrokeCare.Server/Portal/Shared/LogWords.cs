using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Portal;

/// <summary>Rows of the security log as plain sentences.</summary>
internal static class LogWords
{
    /// <summary>What one did oneself.</summary>
    public static string Own(LogRow row) => $"You {Did(row.EventType, row.UserRole == Role.Patient.Wire() ? "your" : "a patient's")}.";

    /// <summary>What somebody did with a record, for whose record it is.</summary>
    public static string About(LogRow row, UserId reader, IReadOnlyDictionary<UserId, DoctorName> names) => $"{Who(row, reader, names)} {DidHere(row.EventType, "your")}.";

    /// <summary>What somebody did with a patient's record, for staff.</summary>
    public static string OfPatient(LogRow row, UserId reader, IReadOnlyDictionary<UserId, DoctorName> names) => $"{Who(row, reader, names)} {DidHere(row.EventType, "the patient's")}.";

    private static string Who(LogRow row, UserId reader, IReadOnlyDictionary<UserId, DoctorName> names)
    {
        if (row.UserId is not { } id) return "The clinic's operator";
        if (id == reader.Value) return "You";
        var known = names.GetValueOrDefault(new UserId(id));
        var name = Words.Name(known?.FirstName, known?.LastName, row.Username ?? "Somebody");
        return row.UserRole switch { "doctor" => $"Dr {name}", "admin" => $"{name}, who runs the portal,", _ => name };
    }

    /// <summary>For those who run the portal: who did what, and to which account.</summary>
    public static string ForAdmin(LogRow row)
    {
        var who = row.Username ?? (row.UserId is { } id ? $"Account {id}" : "The portal");
        var whom = row.TargetUsername is { } target && target != row.Username ? $": {target}" : "";
        var role = row.UserRole is { } known ? $" ({known})" : "";
        var did = row.EventType == AuditAction.Login.Wire() && row.Status != AuditStatus.Success.Wire() ? "tried to sign in" : Did(row.EventType, "a patient's");
        return $"{who}{role} {did}{whom}.";
    }

    /// <summary>The kind of event as a choice in a list.</summary>
    public static string EventOf(AuditAction action) => Words.Capital(action.Wire().Replace('_', ' '));

    public static string OutcomeOf(string status) => AuditNames.Parse<AuditStatus>(status) switch
    {
        AuditStatus.Success => "Done",
        AuditStatus.Failure => "Refused",
        _ => "Broke off",
    };

    /// <summary>The address it came from; the operator's own program has none.</summary>
    public static string PlaceOf(LogRow row) => row.IpAddress ?? (row.UserAgent == Origin.Local.UserAgent ? "This machine" : Words.Unknown);

    // In the very list that this event was a look at.
    private static string DidHere(string eventType, string whose) =>
        eventType == AuditAction.AccessLogViewed.Wire() ? "looked at this list" : Did(eventType, whose);

    private static string Did(string eventType, string whose) => AuditNames.Parse<AuditAction>(eventType) switch
    {
        AuditAction.Login => "signed in",
        AuditAction.LoginLocked => "was locked out after wrong passwords",
        AuditAction.Logout => "signed out",
        AuditAction.TokenReuse => "used a sign-in twice",
        AuditAction.PasswordChanged => "changed the password",
        AuditAction.PasswordResetRequested => "asked for a new password",
        AuditAction.PasswordReset => "set a new password",
        AuditAction.UserCreated => "made the account",
        AuditAction.UserUpdated => "changed an account",
        AuditAction.RoleChanged => "changed what an account may do",
        AuditAction.UserDeactivated => "closed an account",
        AuditAction.UserUnlocked => "unlocked an account",
        AuditAction.PatientCreated => $"made {whose} record",
        AuditAction.PatientUpdated => $"changed {whose} record",
        AuditAction.PatientArchived => $"put {whose} record away",
        AuditAction.PatientRestored => $"brought {whose} record back",
        AuditAction.PatientLinked => $"joined {whose} record and account",
        AuditAction.PatientViewed => $"looked at {whose} record",
        AuditAction.RiskViewed => $"looked at {whose} stroke risk",
        AuditAction.PatientsListed => "looked at a list of patients",
        AuditAction.PatientsSearched => "searched for patients",
        AuditAction.AccessLogViewed => $"looked at who opened {whose} record",
        AuditAction.DataExported => $"downloaded {whose} data",
        AuditAction.HistoryAdded => $"wrote into {whose} history",
        AuditAction.HistoryAmended => $"corrected {whose} history",
        AuditAction.HistoryViewed => $"read {whose} history",
        AuditAction.AppointmentCreated => "booked an appointment",
        AuditAction.AppointmentRescheduled => "moved an appointment",
        AuditAction.AppointmentStatusChanged => "noted the state of an appointment",
        AuditAction.AppointmentCancelled => "cancelled an appointment",
        AuditAction.AppointmentOverridden => "booked an urgent appointment",
        AuditAction.AppointmentCreationFailed => "tried to book an appointment",
        AuditAction.AppointmentViewed => "looked at an appointment",
        AuditAction.AppointmentsListed => "looked at a list of appointments",
        AuditAction.WorkingHoursChanged => "changed working hours",
        AuditAction.AccessDenied => "was refused something",
        AuditAction.SecurityLogViewed => "read the security log",
        AuditAction.SecurityLogExported => "downloaded rows of the security log",
        AuditAction.SecurityLogVerified => "checked the security log",
        AuditAction.ImportCompleted => "brought records in",
        AuditAction.ImportStopped => "stopped bringing records in",
        AuditAction.ConsistencyChecked => "checked the stores",
        AuditAction.ConsistencyRepaired => "repaired the stores",
        AuditAction.StoreAdopted => "took over what an older system kept",
        null => "did something",
    };
}
