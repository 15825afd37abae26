namespace StrokeCare.Audit;

public enum AuditStatus
{
    Success,
    Failure,
    Error,
}

public enum AuditSeverity
{
    Info,
    Medium,
    High,
    Critical,
}

/// <summary>Every event the security log knows, by its wire name. A test fails when one is never emitted.</summary>
public enum AuditAction
{
    Login,
    LoginLocked,
    Logout,
    TokenReuse,
    PasswordChanged,
    PasswordResetRequested,
    PasswordReset,
    UserCreated,
    UserUpdated,
    RoleChanged,
    UserDeactivated,
    UserUnlocked,
    PatientCreated,
    PatientUpdated,
    PatientArchived,
    PatientRestored,
    PatientLinked,
    PatientViewed,
    RiskViewed,
    PatientsListed,
    PatientsSearched,
    AccessLogViewed,
    DataExported,
    HistoryAdded,
    HistoryAmended,
    HistoryViewed,
    AppointmentCreated,
    AppointmentRescheduled,
    AppointmentStatusChanged,
    AppointmentCancelled,
    AppointmentOverridden,
    AppointmentCreationFailed,
    AppointmentViewed,
    AppointmentsListed,
    WorkingHoursChanged,
    AccessDenied,
    SecurityLogViewed,
    SecurityLogExported,
    SecurityLogVerified,
    ImportCompleted,
    ImportStopped,
    ConsistencyChecked,
    ConsistencyRepaired,
    StoreAdopted,
}

public static class AuditNames
{
    private static readonly string[] Actions = [.. Enum.GetNames<AuditAction>().Select(Snake)];

    /// <summary>The value of the log's event_type column.</summary>
    public static string Wire(this AuditAction action) => Actions[(int)action];

    public static string Wire(this AuditStatus status) => status switch
    {
        AuditStatus.Success => "success",
        AuditStatus.Failure => "failure",
        AuditStatus.Error => "error",
    };

    public static string Wire(this AuditSeverity severity) => severity switch
    {
        AuditSeverity.Info => "info",
        AuditSeverity.Medium => "medium",
        AuditSeverity.High => "high",
        AuditSeverity.Critical => "critical",
    };

    public static string Wire(this Changes.EntityType type) => type switch
    {
        Changes.EntityType.User => "user",
        Changes.EntityType.Patient => "patient",
        Changes.EntityType.MedicalHistory => "medical_history",
        Changes.EntityType.Appointment => "appointment",
    };

    public static string Wire(this Accounts.Role role) => role switch
    {
        Accounts.Role.Admin => "admin",
        Accounts.Role.Doctor => "doctor",
        Accounts.Role.Patient => "patient",
    };

    /// <summary>The value whose wire name this is, whatever its case; null if there is none.</summary>
    public static T? Parse<T>(string? wire)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(Snake(value.ToString()), wire, StringComparison.OrdinalIgnoreCase)) return value;
        }

        return null;
    }

    internal static string Snake(string pascal) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(pascal);
}
