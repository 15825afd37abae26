using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>Test data: <c>AnAccount(Role.Doctor)</c>. No two accounts share a name, an address or a password hash unless told to.</summary>
public static class AccountBuilder
{
    public static User AnAccount(Role role = Role.Patient, string? username = null, string? email = null) => new()
    {
        Id = default,
        Username = username ?? Unique("user"),
        Email = email ?? Unique("mail") + "@clinic.test",
        PasswordHash = Unique("$2b$12$"),
        Role = role,
        CreatedAt = Now,
        PasswordChangedAt = Now,
    };

    /// <summary>Every field set that an account can begin with, texts as long as they may be and from several scripts.</summary>
    public static User AFullAccount() => AnAccount(Role.Doctor, Unique("Dr.Ünï").PadRight(User.UsernameMaxLength, 'Ж'), Unique("é").PadRight(User.EmailMaxLength - 2, 'x') + "@y") with
    {
        FirstName = string.Concat(Enumerable.Repeat("😀", User.NameMaxLength / 2)),
        LastName = "O'Brien \"$ne\" \\ {'a': 1} \u00e9\u0301 漢字 ﷽",
        Phone = new string('9', User.PhoneMaxLength),
        Specialization = new string('é', User.SpecializationMaxLength),
        LicenseNumber = new string('n', User.LicenseNumberMaxLength),
        IsActive = false,
        Epoch = 3,
        MustChangePassword = true,
        CreatedAt = new DateTimeOffset(2024, 2, 29, 23, 59, 59, 999, TimeSpan.Zero),
        PasswordChangedAt = new DateTimeOffset(2025, 12, 31, 23, 59, 59, 1, TimeSpan.Zero),
    };

    /// <summary>As a self-registration keeps it until its record is there.</summary>
    public static User ReservedFor(this User user, string intent) => user with { IsActive = false, Version = 0, ReservedBy = intent };

    /// <summary>The next version, changed; the epoch and all else stay unless the change says so.</summary>
    public static User Next(this User user, Func<User, User> change) => change(user) with { Version = user.Version + 1 };

    /// <summary>What the log will say about this version.</summary>
    public static Change AsChange(this User user, AuditAction action = AuditAction.UserUpdated, string? changeId = null) => new()
    {
        ChangeId = changeId ?? Change.NewId(),
        Action = action,
        At = Now,
        Description = string.Create(CultureInfo.InvariantCulture, $"User {user.Id}: {action}"),
        Severity = AuditSeverity.Medium,
        EntityType = EntityType.User,
        EntityId = user.Id.ToString(),
        EntityVersion = user.Version,
        ActorId = new(17),
        ActorName = "admin",
        ActorRole = Role.Admin,
        TargetUserId = user.Id,
        TargetUsername = user.Username,
        IpAddress = "2001:db8::1",
        UserAgent = "tests/1.0 (😀)",
    };
}
