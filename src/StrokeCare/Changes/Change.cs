using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Changes;

/// <summary>The kinds of entity whose versions the security log follows one by one.</summary>
public enum EntityType
{
    User,
    Patient,
    MedicalHistory,
    Appointment,
}

/// <summary>
/// What will be one row of the security log: who did or saw what, when, and from where, without PHI. A change that
/// carries an entity and its version is stored with that entity in one atomic step and reaches the log exactly once;
/// one without (a read, a sign-in, a refusal) is appended directly.
/// </summary>
public sealed record Change
{
    public const int DescriptionMaxLength = 500;
    public const int UserAgentMaxLength = 500;
    public const int UsernameMaxLength = 100;
    public const int IpMaxLength = 45;
    public const int AdditionalDataMaxLength = 8000;

    /// <summary>Unique for ever: a second arrival of the same id adds no row.</summary>
    public required string ChangeId { get; init; }

    public required AuditAction Action { get; init; }

    public required DateTimeOffset At { get; init => field = value.WholeMilliseconds(); }

    public required string Description { get; init => field = RecordedText.Cut(value, DescriptionMaxLength); }

    public AuditStatus Status { get; init; } = AuditStatus.Success;

    public AuditSeverity Severity { get; init; } = AuditSeverity.Info;

    public EntityType? EntityType { get; init; }

    public string? EntityId { get; init; }

    /// <summary>The version this change gave the entity; null for a read or a refusal.</summary>
    public long? EntityVersion { get; init; }

    public UserId? ActorId { get; init; }

    public string? ActorName { get; init => field = RecordedText.Cut(value, UsernameMaxLength); }

    public Role? ActorRole { get; init; }

    public UserId? TargetUserId { get; init; }

    public string? TargetUsername { get; init => field = RecordedText.Cut(value, UsernameMaxLength); }

    public string? IpAddress { get; init => field = RecordedText.Cut(value, IpMaxLength); }

    public string? UserAgent { get; init => field = RecordedText.Cut(value, UserAgentMaxLength); }

    /// <summary>JSON text about the event, ids and numbers only; hashed and copied as this very text.</summary>
    public string? AdditionalData { get; init => field = RecordedText.Cut(value, AdditionalDataMaxLength); }

    /// <summary>128 random bits, as 32 hex digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
}
